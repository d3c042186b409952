import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, createApi } from '@orrery/api';
import { ANONYMOUS, SubmitWorkflows, type WorkflowRequest } from '@orrery/application';
import { type OpenOrchestration, openOrchestration } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { pino } from 'pino';
import { until } from '../e2e/support/until.js';
import { type StatementTap, tapStatements } from './support/statement-tap.js';

// An API that does nothing else asks through a tap; what it lists, another process has written.

let database: TestDatabase;
let engine: OpenOrchestration;
let asked: OpenOrchestration;
let tap: StatementTap;
let api: Api;
beforeAll(async () => {
  database = await testDatabase();
  tap = await tapStatements(database.url);
  const onError = (error: unknown) => {
    throw error;
  };
  engine = await openOrchestration({ databaseUrl: database.url, version: 'test', onError });
  await engine.start();
  asked = await openOrchestration({ databaseUrl: tap.url, version: 'test', onError });
  const options = { host: '127.0.0.1', port: 0 };
  api = await createApi({
    orchestration: asked.orchestration,
    version: 'test',
    logger: pino({ level: 'silent' }),
    options,
  });
  await api.app.init();
}, 60_000);
afterAll(async () => {
  await api.close();
  await Promise.all([asked.close(), engine.close()]);
  await tap.close();
  await database.drop();
});

const DEFINITION = {
  orrery: 'v1',
  name: 'three',
  tasks: { a: { type: 'work' }, b: { type: 'work' }, c: { type: 'work', dependsOn: ['a', 'b'] } },
};

async function start(count: number): Promise<void> {
  const items = Array.from({ length: count }, (): WorkflowRequest => ({ definition: DEFINITION }));
  const { submitWorkflows } = engine.orchestration.commandHandlers;
  await submitWorkflows.execute(new SubmitWorkflows(ANONYMOUS, items, null));
}

async function ask(query: string) {
  const answer = await api.app.inject({ method: 'POST', url: '/graphql', payload: { query } });
  const { data, errors } = answer.json();
  expect(errors).toBeUndefined();
  return data;
}

async function list(path: string) {
  return (await api.app.inject({ method: 'GET', url: `/api/v1${path}` })).json();
}

/** What asking takes, in statements; who only keeps a connection says nothing that counts. */
async function statementsOf(query: string, how: typeof ask = ask) {
  const before = tap.statements.length;
  const data = await how(query);
  const texts = tap.statements
    .slice(before)
    .filter((text) => /\b(commits|runs|open_tasks|definition_contents)\b/.test(text));
  return { data, texts };
}

const RUNS = (first: number) => `{
  workflows(first: ${first}) { nodes { workflowId input waitingFor definition { hash } tasks(first: 10) { nodes { key status } } } } }`;
const OPEN_TASKS = (first: number) =>
  `{ tasks(first: ${first}) { nodes { taskId workflow { workflowId tasks(first: 3) { nodes { key } } } } } }`;

describe('a page', () => {
  it('of a hundred runs with their tasks takes as many statements as one of ten', async () => {
    await start(110);
    await until(
      async () => (await ask('{ workflows(first: 1) { counts { count } } }')).workflows.counts[0].count === 110,
    );
    // Definitions are read once in the life of a process.
    await ask(RUNS(1));
    const ten = await statementsOf(RUNS(10));
    const hundred = await statementsOf(RUNS(100));
    expect([ten, hundred].map(({ data }) => data.workflows.nodes.length)).toEqual([10, 100]);
    expect(hundred.data.workflows.nodes[99]).toMatchObject({
      tasks: { nodes: [{ key: 'a', status: 'QUEUED' }, { key: 'b' }, { key: 'c', status: 'PENDING' }] },
    });
    // The rows, their counts, the runs, and their tasks.
    expect(hundred.texts).toHaveLength(4);
    expect(hundred.texts).toEqual(ten.texts);
  });

  it('of a hundred runs with what each waits for does, too, in REST', async () => {
    const listed = (limit: number) => statementsOf(`/workflows?limit=${limit}&include=waitingFor`, list);
    const [ten, hundred] = [await listed(10), await listed(100)];
    expect([ten, hundred].map(({ data }) => data.items.length)).toEqual([10, 100]);
    const waits = /^"a" waits for a worker of type "work" since .*: no worker takes "work" just now \(and 1 more\)$/;
    for (const { waitingFor } of hundred.data.items) expect(waitingFor).toMatch(waits);
    // The rows, their counts, and the runs.
    expect(hundred.texts).toHaveLength(3);
    expect(hundred.texts).toEqual(ten.texts);
  });

  it('of a hundred tasks with their runs does, too', async () => {
    const ten = await statementsOf(OPEN_TASKS(10));
    const hundred = await statementsOf(OPEN_TASKS(100));
    expect([ten, hundred].map(({ data }) => data.tasks.nodes.length)).toEqual([10, 100]);
    expect(hundred.texts).toHaveLength(3);
    expect(hundred.texts).toEqual(ten.texts);
  });
});
