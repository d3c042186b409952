import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryRateLimiter } from '@orrery/infrastructure';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { askGraphql, codesOf } from './testing/ask-graphql.js';

let api: TestApi;
let ask: ReturnType<typeof askGraphql>;
beforeAll(async () => {
  api = await openTestApi();
  ask = askGraphql(api);
});
afterAll(() => api.close());

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);
const spreading = (levels: number) =>
  `{ ...f0 } ${times(levels, (n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`)} fragment f${levels} on Query { __typename }`;

/** What asks for too much, and the limit that it is told of. */
const TOO_COMPLEX: { readonly [what: string]: readonly [query: string, limit: RegExp, variables?: object] } = {
  depth: [`{ workflows ${nested(12, '{ nodes ', '{ id }', '}')} }`, /graphqlDepth/],
  'depth in a fragment': [
    '{ workflows { ...a } } fragment a on WorkflowConnection { edges { node { tasks { edges { node { compensation { error { details { x { y } } } } } } } } } }',
    /graphqlDepth/,
  ],
  breadth: [`{ workflows { nodes { ${times(600, () => 'id')} } } }`, /graphqlFields/],
  'the same field again and again': [`{ ${times(501, () => '__typename')} }`, /graphqlFields/],
  aliases: [`{ ${times(400, (n) => `a${n}: __typename`)} }`, /graphqlAliases/],
  'a thousand aliases': [`{ ${times(1_000, (n) => `a${n}: __typename`)} }`, /graphqlTokens/],
  directives: [`{ __typename ${times(60, () => '@skip(if: false)')} }`, /graphqlDirectives/],
  'a thousand directives': [`{ __typename ${times(1_000, () => '@skip(if: false)')} }`, /graphqlTokens/],
  'nine thousand tokens': [`{ ${times(9_000, () => 'x')} }`, /graphqlTokens/],
  'ten thousand names': [`{ ${times(10_000, () => 'xy')} }`, /graphqlDocumentCharacters/],
  'a long text': [`{ workflow(id: "${'x'.repeat(20_000)}") { id } }`, /graphqlDocumentCharacters/],
  'a fragment that spreads itself': [
    '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
    /spreads itself/,
  ],
  'a fragment that spreads itself, unused': ['{ __typename } fragment a on Query { ...a }', /spreads itself/],
  'fragments that double': [spreading(40), /graphqlFields/],
  'fragments that double beyond all numbers': [spreading(120), /graphqlFields/],
  'a page beyond all pages': ['{ workflows(first: 1000000000) { nodes { id } } }', /pageItemsMax/],
  'the same by a variable': [
    'query($n: Int) { workflows(first: $n) { nodes { id } } }',
    /pageItemsMax/,
    { n: 1_000_000_000 },
  ],
  'the same by default': ['query($n: Int = 1000000000) { workflows(first: $n) { nodes { id } } }', /pageItemsMax/],
  'pages in pages': ['{ workflows(first: 100) { nodes { tasks(first: 100) { nodes { key } } } } }', /graphqlCost/],
  'payloads in pages in pages': [
    '{ workflows(first: 100) { nodes { input tasks(first: 5) { nodes { output } } } } }',
    /graphqlCost/,
  ],
  'many starts with all of their tasks': [
    'mutation($items: [StartWorkflowInput!]!) { startWorkflows(items: $items) { items { workflow { tasks { nodes { key } } } } } }',
    /graphqlCost/,
    { items: Array.from({ length: 200 }, () => ({ definition: 'x' })) },
  ],
};

describe('a document that asks for too much', () => {
  it.each(Object.entries(TOO_COMPLEX))(
    'is refused for %s, by a limit with a name',
    async (_, [query, limit, variables]) => {
      const answer = await ask(query, variables);
      expect([answer.status, answer.data]).toEqual([400, undefined]);
      expect(new Set(codesOf(answer))).toEqual(new Set(['query.too-complex']));
      expect(answer.errors!.map(({ message }) => message).join()).toMatch(limit);
    },
  );

  it('is one that limits tell of', async () => {
    const { limits } = (await api.get('/limits')).json();
    expect(limits).toMatchObject({ graphqlDepth: 10, graphqlAliases: 15, graphqlTokens: 2_000, graphqlCost: 5_000 });
  });

  it('is not one that asks for a page of a hundred runs with tasks', async () => {
    const answer = await ask(
      '{ workflows(first: 100) { nodes { workflowId status tasks(first: 10) { nodes { key status } } } } }',
    );
    expect(answer).toEqual({ status: 200, data: { workflows: { nodes: [] } } });
  });
});

/** What is wrong otherwise. */
const INVALID: { readonly [what: string]: readonly [query: string, variables?: object] } = {
  'no document': ['query'],
  'a field that there is not': ['{ workflow(id: "x") { nothing } }'],
  'a type that there is not': ['{ ... on Nothing { id } }'],
  'a fragment that there is not': ['{ ...nothing }'],
  'a time that is none': ['{ workflows(filter: { startedAfter: "yesterday" }) { position } }'],
  'a variable that is missing': ['query($id: ID!) { workflow(id: $id) { id } }'],
  'a variable of another type': ['query($n: Int) { workflows(first: $n) { position } }', { n: '1' }],
  'a number beyond all numbers': ['{ workflows(first: 99999999999) { position } }'],
  'a subscription': ['subscription { nothing }'],
  'a key that leads to a prototype': [
    'mutation { startWorkflow(input: { definition: "x", input: { __proto__: { x: 1 } } }) { position } }',
  ],
  'a literal that nests too deep': [
    `mutation { startWorkflow(input: { definition: "x", input: ${nested(70, '[', '1', ']')} }) { position } }`,
  ],
};

describe('a document that is wrong', () => {
  it.each(Object.entries(INVALID))('is refused for %s', async (_, [query, variables]) => {
    const answer = await ask(query, variables);
    expect([answer.status, answer.data]).toEqual([400, undefined]);
    for (const { extensions } of answer.errors!) {
      expect(extensions).toMatchObject({ status: 400, class: 'VALIDATION_ERROR', requestId: expect.any(String) });
      expect(['query.invalid', 'query.too-complex', 'request.unreadable']).toContain(extensions['code']);
    }
  });
});

const post = (payload: string, headers: Record<string, string> = {}) =>
  api.ask({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json', ...headers }, payload });

describe('a request', () => {
  it('changes nothing by GET', async () => {
    const query = encodeURIComponent('mutation { pauseWorkflow(id: "x") { changed } }');
    const answer = await api.ask({ url: `/graphql?query=${query}` });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST']);
    expect((await api.ask({ method: 'PUT', url: '/graphql', payload: {} })).statusCode).toBe(405);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/yaml'])(
    'of %s is not taken, which is what a foreign page can send',
    async (type) => {
      expect((await post('{"query":"{ __typename }"}', { 'content-type': type })).statusCode).toBe(415);
    },
  );

  it('is one, and not an array of them', async () => {
    expect((await post('[{"query":"{ __typename }"}]')).statusCode).toBe(400);
  });

  it.each([
    ['a key twice', '{"query":"{ __typename }","query":"{ workflows { position } }"}'],
    ['a key that leads to a prototype', '{"query":"{ __typename }","variables":{"__proto__":{"x":1}}}'],
    ['a bomb of variables', `{"query":"{ __typename }","variables":${nested(100, '{"a":', '1', '}')}}`],
    ['no JSON', '{"query"'],
  ])('is read as strictly as everywhere: %s', async (_, body) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].extensions.code).toBe('request.unreadable');
  });

  it('may come to either path', async () => {
    for (const url of ['/graphql', '/api/v1/graphql']) {
      const answer = await api.ask({ method: 'POST', url, payload: { query: '{ __typename }' } });
      expect([answer.statusCode, answer.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
    }
  });
});

describe('a request in GraphQL', () => {
  it('counts for the limit of its client, and is logged by its route alone', async () => {
    const limited = await openTestApi({ limiter: new MemoryRateLimiter({ perMinute: 1, burst: 0 }) });
    const asked = askGraphql(limited);
    expect((await asked('{ __typename }')).status).toBe(200);
    const refused = await asked('{ __typename }');
    expect(refused).toMatchObject({ status: 429, code: 'request.too-many' });
    const lines = limited.logged.filter(({ msg }) => msg === 'request');
    expect(lines.map(({ route, status }) => [route, status])).toEqual([
      ['/graphql', 200],
      ['/graphql', 429],
    ]);
    expect(JSON.stringify(lines)).not.toContain('__typename');
    await limited.close();
  });
});

describe('where the schema is not told', () => {
  let closed: TestApi;
  beforeAll(async () => {
    closed = await openTestApi({ options: { introspection: false } });
  });
  afterAll(() => closed.close());

  it('nobody can ask for it, or is helped to guess it', async () => {
    const inClosed = askGraphql(closed);
    expect(codesOf(await inClosed('{ __schema { types { name } } }'))).toContain('query.invalid');
    expect(codesOf(await inClosed('{ __type(name: "Query") { name } }'))).toContain('query.invalid');
    const { errors } = await inClosed('{ workflowz { position } }');
    expect(errors![0]!.message).not.toMatch(/did you mean/i);
    expect((await ask('{ workflowz { position } }')).errors![0]!.message).toMatch(/did you mean/i);
  });
});

describe('an error that nobody foresaw', () => {
  it('tells the client nothing, and the log everything', async () => {
    const failing = async () => {
      throw new TypeError('canary postgres://me:secret@host/db');
    };
    const log = Object.assign(Object.create(api.log), { readStream: failing, readStreams: failing });
    const other = await openTestApi({ ports: { log } });
    const answer = await askGraphql(other)(`{ workflow(id: "5eed0000-0000-4000-8000-000000000000") { id } }`);
    expect(codesOf(answer)).toEqual(['internal.bug']);
    expect(JSON.stringify(answer)).not.toContain('canary');
    const line = other.logged.find(({ msg }) => msg === 'a request failed by a bug');
    expect(line).toMatchObject({ requestId: answer.errors![0]!.extensions['requestId'] });
    await other.close();
  });

  it('is the only one that is logged', async () => {
    await ask(`{ workflow(id: "5eed0000-0000-4000-8000-000000000000") { id } }`);
    expect(api.logged.filter(({ level }) => (level as number) >= 40)).toEqual([]);
  });
});
