import type { TestApi } from '../../testing/test-api.js';

/** What an error of GraphQL says of itself, as specs look at it. */
export interface ShownError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly [name: string]: unknown };
}

/** An answer in GraphQL, whatever it has. */
export interface GraphqlAnswer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what specs ask for is of as many shapes as there are specs
  readonly data: any;
  readonly errors?: readonly ShownError[];
}

/** Asks an API in GraphQL. */
export function askGraphql(api: TestApi) {
  return async (query: string, variables: object = {}): Promise<GraphqlAnswer> => {
    const answer = await api.ask({
      method: 'POST',
      url: '/graphql',
      headers: { accept: 'application/graphql-response+json' },
      payload: { query, variables },
    });
    return { status: answer.statusCode, ...answer.json<Omit<GraphqlAnswer, 'status'>>() };
  };
}

/** The codes of what went wrong. */
export function codesOf({ errors = [] }: GraphqlAnswer): readonly unknown[] {
  return errors.map(({ extensions }) => extensions['code']);
}
