import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, createApi } from '@orrery/api';
import { Orrery } from '@orrery/embedded';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { type LiveEvent, type LiveEvents, type OrreryApi, OrreryClient, OrreryProblem, type Page } from '@orrery/sdk';
import { pino } from 'pino';
import { listLog } from './support/list-log.js';

const DEFINITION = {
  orrery: 'v1',
  name: 'shown',
  tasks: {
    it: { type: 'double', input: '${ input.n }', compensate: { none: 'a spec' } },
    waits: { type: 'wait', input: { signal: 'go', schema: { type: 'string' } }, dependsOn: ['it'] },
  },
  output: '${ tasks.it.output }',
};
const NOBODY = '00000000-0000-7000-8000-000000000001';

// One engine, asked twice: by a client over HTTP, and by the library.
let database: TestDatabase;
let orrery: Orrery;
let api: Api;
let client: OrreryClient;
let id: string;
let position: string;

beforeAll(async () => {
  database = await testDatabase();
  orrery = await Orrery.open({ databaseUrl: database.url, log: listLog([]) });
  const { orchestration } = orrery['engine'];
  const options = { host: '127.0.0.1', port: 0 };
  api = await createApi({ orchestration, version: 'test', logger: pino({ level: 'silent' }), options });
  client = new OrreryClient({ url: await api.listen(), retryForMs: 0 });
  orrery.task('double', (n) => Number(n) * 2);
  await orrery.definitions.register(DEFINITION);
  ({ id, position } = await orrery.workflows.start('shown', { input: { n: 4 }, labels: { team: 'sky' }, priority: 3 }));
  const keyed = await orrery.workflows.start('shown', { idempotencyKey: 'k', input: { n: 1 } });
  for (const run of [id, keyed.id]) {
    for await (const { type } of orrery.workflows.follow(run)) if (type === 'TaskCompleted') break;
  }
});
afterAll(async () => {
  await api.close();
  await orrery.close();
  await database.drop();
});

type Ask = (api: OrreryApi) => Promise<unknown>;

/** A page, wherever the views that it was read from stand by then. */
async function pageOf(list: Promise<Page<unknown>>) {
  const { position: reached, ...page } = await list;
  return { ...page, position: typeof reached };
}

/** The first events of the live feed that somebody wants. */
async function firstEvents(events: LiveEvents, many: number): Promise<readonly LiveEvent[]> {
  const first: LiveEvent[] = [];
  for await (const event of events) if (first.push(event) === many) break;
  return first;
}

/** What is answered, or all that is said of a refusal. */
async function answerOf(api: OrreryApi, ask: Ask): Promise<unknown> {
  try {
    return { answer: await ask(api) };
  } catch (error) {
    if (!(error instanceof OrreryProblem)) throw error;
    const { code, status, title, detail, retryable, errors, details } = error;
    return { code, status, title, detail, retryable, errors, details };
  }
}

const ANSWERED: readonly [string, Ask][] = [
  ['a run', ({ workflows }) => workflows.get(id)],
  ['the whole of it', ({ workflows }) => workflows.getWhole(id, { payloads: true })],
  ['a run as it was', ({ workflows }) => workflows.get(id, { atVersion: 2 })],
  ['its events', ({ workflows }) => workflows.events(id, { after: 1, limit: 2 })],
  ['the live feed', (api) => firstEvents(api.events({ after: 'start', labels: { team: 'sky' } }), 3)],
  [
    'what happens to a run',
    (api) => firstEvents(api.events({ after: 'start', workflow: id, type: ['TaskQueued', 'TaskCompleted'] }), 2),
  ],
  ['its result so far', ({ workflows }) => workflows.result(id, { atLeast: position })],
  [
    'runs',
    ({ workflows }) => pageOf(workflows.list({ labels: { team: 'sky' }, status: ['running'], atLeast: position })),
  ],
  [
    'runs by their time',
    ({ workflows }) => pageOf(workflows.list({ startedAfter: new Date(0), endedBefore: '2000-01-01T00:00:00Z' })),
  ],
  ['what a command would bring', ({ workflows }) => workflows.dryRun(id, 'cancel', { reason: 'why not' })],
  ['what a deletion would bring', ({ workflows }) => workflows.dryRun(id, 'delete')],
  [
    'what a start would bring',
    async ({ workflows }) => {
      const { events } = await workflows.dryRunStart('shown', { id: NOBODY, input: { n: 1 } });
      // Each start is tried at a time of its own.
      return events.map(({ type, data }) => ({ type, data: { ...data, startedAt: 0 } }));
    },
  ],
  [
    'what many would bring',
    ({ workflows }) => workflows.dryRunStartMany([{ definition: 'nobody' }, { definition: 'shown', priority: 11 }]),
  ],
  ['what registering would bring', ({ definitions }) => definitions.dryRun({ ...DEFINITION, name: 'tried' })],
  ['a definition', ({ definitions }) => definitions.get('shown')],
  ['a version of it', ({ definitions }) => definitions.get('shown', { version: 1 })],
  ['definitions', ({ definitions }) => pageOf(definitions.list({ atLeast: orrery.position }))],
  ['the same definition again', ({ definitions }) => definitions.register(DEFINITION)],
  ['what is wrong with one', ({ definitions }) => definitions.validate('orrery: v1\nname: "!"\ntasks: {}\n')],
  ['open tasks', ({ tasks }) => pageOf(tasks.list({ type: 'wait', status: 'waiting', atLeast: position }))],
  ['a start by a key', ({ workflows }) => workflows.start('shown', { idempotencyKey: 'k', input: { n: 1 } })],
  [
    'many by a key',
    ({ workflows }) => workflows.startMany([{ definition: 'nobody' }, { definition: 'shown', priority: 11 }]),
  ],
];

const REFUSED: readonly [string, Ask][] = [
  ['no such run', ({ workflows }) => workflows.get(NOBODY)],
  ['no such version', ({ workflows }) => workflows.get(id, { atVersion: 999 })],
  ['what is no id', ({ workflows }) => workflows.result('nonsense')],
  ['a start of nothing', ({ workflows }) => workflows.start('nobody')],
  ['a start with wrong fields', ({ workflows }) => workflows.start('shown', { priority: 10, labels: { '': 'x' } })],
  ['a key and an id', ({ workflows }) => workflows.start('shown', { idempotencyKey: 'a', id: NOBODY })],
  ['the key of another start', ({ workflows }) => workflows.start('shown', { idempotencyKey: 'k', input: { n: 2 } })],
  ['a version that is not', ({ workflows }) => workflows.pause(id, { ifVersion: 99 })],
  ['a retry of what did not fail', ({ workflows }) => workflows.retry(id)],
  ['a signal that nobody waits for', ({ workflows }) => workflows.signal(id, 'gone', 'x')],
  ['a signal that is none', ({ workflows }) => workflows.signal(id, 'go', 5)],
  ['a deletion too early', ({ workflows }) => workflows.delete(id)],
  ['a cursor from nowhere', ({ workflows }) => workflows.list({ cursor: 'x' })],
  ['a cursor of the feed from nowhere', (api) => api.events({ after: 'x' }).next()],
  ['events that there are not', (api) => api.events({ type: ['Nothing'], workflow: 'x' }).next()],
  ['a position from nowhere', ({ workflows }) => workflows.list({ atLeast: 'x' })],
  ['a text that cannot be read', ({ definitions }) => definitions.register('a: [')],
  [
    'a definition with faults',
    ({ definitions }) => definitions.register({ ...DEFINITION, tasks: { it: { tpye: 'x' } } }),
  ],
  ['an input that is too large', ({ workflows }) => workflows.start('shown', { input: 'x'.repeat(1_048_577) })],
];

describe('The library and the client', () => {
  it.each<[string, Ask]>([...ANSWERED, ...REFUSED])('answer the same of %s', async (_title, ask) => {
    const answered = await answerOf(orrery, ask);
    expect(answered).toEqual(await answerOf(client, ask));
    expect(answered).toEqual(JSON.parse(JSON.stringify(answered)));
  });
});
