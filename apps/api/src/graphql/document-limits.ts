import { API_LIMITS, GRAPHQL_LIMITS, limitName } from '@orrery/contract';
import { type DocumentNode, GraphQLError, type GraphQLSchema, visit } from 'graphql';
import { MeasureDocument } from './measure-document.js';

type Limit = keyof typeof GRAPHQL_LIMITS;

const WORDS: { readonly [Name in Exclude<Limit, 'documentCharacters' | 'tokens'>]: string } = {
  depth: 'levels deep',
  fields: 'fields',
  aliases: 'aliases',
  directives: 'directives',
  cost: 'objects as its answer at most',
};

/** The error that a limit of GraphQL was passed. */
export function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'query.too-complex' } });
}

/**
 * Why a document is not even validated: it would cost more than a request may. Fragments are measured once each, so that
 * measuring takes no longer than the document is long, whatever it spreads. An empty list lets it through.
 */
export function passedLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: { readonly [name: string]: unknown },
): readonly GraphQLError[] {
  const measure = new MeasureDocument(schema, document, variables);
  const measured = measure.operations();
  if (measure.cycle !== undefined) return [tooComplex(`the fragment ${measure.cycle} spreads itself`)];
  if (measure.largestPage > API_LIMITS.pageItemsMax) {
    const most = API_LIMITS.pageItemsMax;
    return [tooComplex(`a page has at most ${most} items (pageItemsMax): "first" is larger than that`)];
  }
  const counts = { ...measured, directives: directivesIn(document) };
  return (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((name) => {
    const most = GRAPHQL_LIMITS[name];
    if (counts[name] <= most) return [];
    return [
      tooComplex(
        `the document has ${shown(counts[name])} ${WORDS[name]}, and may have ${most} (${limitName('graphql', name)})`,
      ),
    ];
  });
}

function shown(count: number): string {
  return count >= 1e9 ? 'more than a thousand million' : String(count);
}

function directivesIn(document: DocumentNode): number {
  let count = 0;
  visit(document, { Directive: () => void count++ });
  return count;
}
