import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const json = { 'content-type': 'application/json' };
const RUN = '/workflows/00000000-0000-7000-8000-000000000001';
const TASK = '/tasks/00000000-0000-7000-8000-000000000001~0';
const lease = { leaseToken: '1.x' };

/** Each with the place that is named. */
const COERCED: readonly (readonly [path: string, body: unknown, pointer: string])[] = [
  ['/workflows', { definition: 1 }, '/definition'],
  ['/workflows', { definition: true }, '/definition'],
  ['/workflows', { definition: [] }, '/definition'],
  ['/workflows', { definition: null }, '/definition'],
  ['/workflows', { definition: '' }, '/definition'],
  ['/workflows', { definition: 'single', priority: '1' }, '/priority'],
  ['/workflows', { definition: 'single', priority: 1.5 }, '/priority'],
  ['/workflows', { definition: 'single', priority: 10 }, '/priority'],
  ['/workflows', { definition: 'single', priority: -1 }, '/priority'],
  ['/workflows', { definition: 'single', priority: true }, '/priority'],
  ['/workflows', { definition: 'single', priority: null }, '/priority'],
  ['/workflows', { definition: 'single', id: 'not-a-uuid' }, '/id'],
  ['/workflows', { definition: 'single', id: 1 }, '/id'],
  ['/workflows', { definition: 'single', id: null }, '/id'],
  ['/workflows', { definition: 'single', labels: [] }, '/labels'],
  ['/workflows', { definition: 'single', labels: 'a=b' }, '/labels'],
  ['/workflows', { definition: 'single', labels: { a: 1 } }, '/labels'],
  ['/workflows', { definition: 'single', labels: { '': 'x' } }, '/labels'],
  ['/workflows', { definition: 'single', labels: { a: 'x\u0000' } }, '/labels'],
  ['/workflows', { definition: 'single', labels: { a: 'x'.repeat(257) } }, '/labels'],
  ['/workflows', { definition: 'single', unknown: 1 }, '/unknown'],
  ['/workflows', { definition: 'single', Priority: 1 }, '/Priority'],
  ['/workflows', { definition: 'single', 'a/b~c': 1 }, '/a~1b~0c'],
  ['/workflows', {}, '/definition'],
  ['/workflows', [], ''],
  ['/workflows', 'single', ''],
  ['/workflows', null, ''],
  ['/workflows', 12, ''],
  [`${RUN}/cancel`, { reason: 1 }, '/reason'],
  [`${RUN}/cancel`, { reason: '' }, '/reason'],
  [`${RUN}/cancel`, { compensate: 'false' }, '/compensate'],
  [`${RUN}/cancel`, { compensate: 0 }, '/compensate'],
  [`${RUN}/cancel`, { force: true }, '/force'],
  [`${RUN}/pause`, { now: true }, '/now'],
  ['/tasks/poll', { workerId: 'w', types: 'work' }, '/types'],
  ['/tasks/poll', { workerId: 'w', types: [] }, '/types'],
  ['/tasks/poll', { workerId: 'w', types: [1] }, '/types/0'],
  ['/tasks/poll', { workerId: 'w', types: ['a b'] }, '/types/0'],
  ['/tasks/poll', { workerId: 'a b', types: ['a'] }, '/workerId'],
  ['/tasks/poll', { workerId: 'w'.repeat(129), types: ['a'] }, '/workerId'],
  ['/tasks/poll', { workerId: 'w', types: ['a'], max: '2' }, '/max'],
  ['/tasks/poll', { workerId: 'w', types: ['a'], max: 0 }, '/max'],
  ['/tasks/poll', { workerId: 'w', types: ['a'], max: 1_001 }, '/max'],
  ['/tasks/poll', { workerId: 'w', types: ['a'], waitMs: 60_001 }, '/waitMs'],
  ['/tasks/poll', { workerId: 'w', types: ['a'], waitMs: '1' }, '/waitMs'],
  [`${TASK}/complete`, { leaseToken: 1, output: null }, '/leaseToken'],
  [`${TASK}/complete`, lease, '/output'],
  [`${TASK}/complete`, { ...lease, output: 1, error: {} }, '/error'],
  [`${TASK}/complete`, { ...lease, output: 1, startedAt: 'yesterday' }, '/startedAt'],
  [`${TASK}/complete`, { ...lease, output: 1, startedAt: '2030-02-30T00:00:00Z' }, '/startedAt'],
  [`${TASK}/fail`, { ...lease, error: 'broken' }, '/error'],
  [`${TASK}/fail`, { ...lease, error: {} }, '/error/message'],
  [`${TASK}/fail`, { ...lease, error: { message: 1 } }, '/error/message'],
  [`${TASK}/fail`, { ...lease, error: { message: '', retryable: 'no' } }, '/error/retryable'],
  [`${TASK}/fail`, { ...lease, error: { message: '', retryAfter: 30 } }, '/error/retryAfter'],
  [`${TASK}/fail`, { ...lease, error: { message: '', retryAfter: 'soon' } }, '/error/retryAfter'],
  [`${TASK}/fail`, { ...lease, error: { message: '', code: 'a b' } }, '/error/code'],
  [`${TASK}/fail`, { ...lease, error: { message: '', stack: 'x' } }, '/error/stack'],
  [`${TASK}/heartbeat`, {}, '/leaseToken'],
  ['/tasks/results', { results: [] }, '/results'],
  ['/tasks/results', { results: [{ ...lease, id: 'x', output: 1 }] }, '/results/0/id'],
  ['/tasks/results', { results: [{ ...lease, output: 1 }] }, '/results/0/id'],
];

describe('a body', () => {
  it.each(COERCED)('to %s is not made to fit: %j', async (path, body, pointer) => {
    const answer = await api.post(path, JSON.stringify(body), json);
    expect(answer.statusCode).toBe(400);
    const { code, errors } = answer.json<{ code: string; errors: { pointer: string; in: string }[] }>();
    expect(code).toBe('request.invalid');
    expect(errors.map((each) => [each.in, each.pointer])).toContainEqual(['body', pointer]);
  });

  it('has labels in number, and results too', async () => {
    const labels = Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, '']));
    expect((await api.post('/workflows', { definition: 'single', labels })).statusCode).toBe(400);
    const results = Array.from({ length: 1_001 }, () => ({ id: `${RUN.slice(11)}~0`, ...lease, output: 1 }));
    expect((await api.post('/tasks/results', { results })).statusCode).toBe(400);
  });

  it('is told all its faults at once', async () => {
    const answer = await api.post('/workflows?x=1', { priority: '1', definitoin: 'a' }, { 'idempotency-key': 'é' });
    expect(answer.json().errors).toHaveLength(5);
    expect(answer.json().errors).toContainEqual(
      expect.objectContaining({
        pointer: '/definitoin',
        message: expect.stringContaining('did you mean "definition"'),
      }),
    );
  });

  it('is taken in JSON only, uncompressed, and as long as it says', async () => {
    const body = JSON.stringify({ definition: 'single' });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/yaml',
      'application/jsonx',
      'image/png',
    ]) {
      const answer = await api.post('/workflows', body, { 'content-type': type });
      expect([answer.statusCode, answer.json().code]).toEqual([415, 'request.media-type']);
    }
    const untyped = await api.ask({
      method: 'POST',
      url: '/api/v1/workflows',
      payload: Buffer.from(body),
      headers: { 'content-type': '' },
    });
    expect(untyped.statusCode).toBe(415);
    const bomb = await api.post('/workflows', gzipSync(Buffer.alloc(10_000_000)), {
      ...json,
      'content-encoding': 'gzip',
    });
    expect(bomb.statusCode).toBe(415);
    expect((await api.post('/workflows', body, { 'content-type': 'Application/JSON; charset=utf-8' })).statusCode).toBe(
      201,
    );
    expect((await api.post('/workflows', body, { ...json, 'content-encoding': 'identity' })).statusCode).toBe(201);
  });

  it('may be left out where there is nothing to say, and may not be where there is', async () => {
    const { id } = (await api.post('/workflows', { definition: 'single' })).json();
    expect((await api.post(`/workflows/${id}/pause`, '', json)).statusCode).toBe(202);
    expect((await api.post('/workflows', '', json)).json().errors[0]).toMatchObject({ pointer: '', in: 'body' });
  });
});

describe('a query', () => {
  it.each([
    '/workflows?limit=0',
    '/workflows?limit=101',
    '/workflows?limit=1e1',
    '/workflows?limit=%2010',
    '/workflows?limit=',
    '/workflows?limit=1&limit=2',
    '/workflows?unknown=1',
    '/workflows?__proto__=1',
    '/workflows?constructor.prototype.x=1',
    '/workflows?status=runing',
    '/workflows?status=',
    '/workflows?startedAfter=2030-01-01',
    '/workflows?definition=%00',
    `${RUN}?atVersion=0`,
    `${RUN}?atVersion=-1`,
    `${RUN}?payloads=yes`,
    `${RUN}?tasksCursor=x`,
    `${RUN}/result?waitMs=60001`,
    `${RUN}/events?after=-1`,
    `${RUN}/events?limit=1001`,
    '/workflows/1',
    '/definitions/a%20b',
    '/definitions/a/0',
    '/definitions/a/latest',
    '/livez?x=1',
    '/limits?verbose',
  ])('is not made to fit: %s', async (path) => {
    const answer = await api.get(path);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid']);
    expect(answer.json().errors[0].in).toMatch(/^(query|path)$/);
  });

  it('of a command is not made to fit either', async () => {
    expect((await api.post(`${RUN}/pause?dryRun=1`)).statusCode).toBe(400);
  });
});

describe('a header', () => {
  it.each([
    [{ 'if-match': '7' }, 'If-Match'],
    [{ 'if-match': 'W/"7"' }, 'If-Match'],
    [{ 'if-match': '"7", "8"' }, 'If-Match'],
    [{ 'idempotency-key': ' ' }, 'Idempotency-Key'],
    [{ 'idempotency-key': 'x'.repeat(256) }, 'Idempotency-Key'],
  ])('is not guessed at: %j', async (headers, name) => {
    const answer = await api.post(`${RUN}/pause`, undefined, headers as Record<string, string>);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([expect.objectContaining({ in: 'header', pointer: `/${name}` })]);
  });

  it('of a trace counts as none when it is written wrong', async () => {
    for (const traceparent of ['nonsense', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`]) {
      expect((await api.post('/workflows', { definition: 'single' }, { traceparent })).statusCode).toBe(201);
    }
  });
});

describe('a prototype', () => {
  it.each([
    '{"definition":"single","__proto__":{"polluted":true}}',
    '{"definition":"single","input":{"a":[{"__proto__":{"polluted":true}}]}}',
    '{"definition":"single","input":{"constructor":{"prototype":{"polluted":true}}}}',
    '{"definition":"single","labels":{"__proto__":"polluted"}}',
    '{"definition":{"orrery":"v1","name":"x","tasks":{"__proto__":{"type":"noop"}}}}',
    '{"definition":"single","\\u005f\\u005fproto\\u005f\\u005f":{"polluted":true}}',
  ])('is not reached by %s', async (body) => {
    const answer = await api.post('/workflows', body, json);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.unreadable']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is not reached by a definition, in YAML or JSON', async () => {
    const yaml = 'orrery: v1\nname: x\n__proto__: { polluted: true }\ntasks: { a: { type: noop } }\n';
    for (const [body, type] of [
      [yaml, 'application/yaml'],
      ['{"__proto__":{}}', 'application/json'],
    ] as const) {
      const answer = await api.post('/definitions', body, { 'content-type': type });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'document.unreadable']);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
