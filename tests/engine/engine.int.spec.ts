import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TaskError, type TaskHandler, partitionOf } from '@orrery/application';
import { Unavailable, type StreamId } from '@orrery/domain';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { type EngineOnPostgres, connect, faultsOf, openEngine } from './support/engine-on-postgres.js';
import { definition } from './support/runs.js';

const quick = { retry: { maxAttempts: 3, backoff: { initial: '50ms' } } };
const undo = { compensate: { type: 'undo' } };
const SHAPES = [
  definition({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } }),
  definition({ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['a'] }, d: { dependsOn: ['b', 'c'] } }),
  definition({ a: undo, b: { ...undo, dependsOn: ['a'] }, c: { type: 'fails', dependsOn: ['b'], ...quick } }),
  definition({ a: { type: 'sleep', input: { duration: '300ms' } }, b: { dependsOn: ['a'] } }),
  definition({ a: { type: 'flaky', ...quick } }),
];
const handlers: { readonly [type: string]: TaskHandler } = {
  work: async () => (await pause(5), null),
  undo: () => null,
  fails: () => {
    throw new TaskError('fatal', 'it fails for good');
  },
  flaky: (_, { task }) => {
    if (task.attempt < 3) throw new TaskError('boom', 'once more');
    return task.attempt;
  },
};
const shape = (run: number) => SHAPES[run % SHAPES.length]!;

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(50);
}

let database: TestDatabase;
const engines: EngineOnPostgres[] = [];
async function open(): Promise<EngineOnPostgres> {
  const engine = await openEngine(database.url, handlers);
  engines.push(engine);
  return engine;
}

beforeAll(async () => {
  database = await testDatabase();
}, 120_000);
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await database.drop();
}, 60_000);

/** How long the foreign transaction stays open: 30 s for the long proof. */
const FOREIGN_MS = Number(process.env['ORRERY_PROOF_SECONDS'] ?? 3) * 1_000;

describe('the engine over PostgreSQL', () => {
  let engine: EngineOnPostgres;
  beforeAll(async () => {
    engine = await open();
  }, 60_000);

  it('ends runs of every kind', async () => {
    const runs = await Promise.all(Array.from({ length: 100 }, (_, run) => engine.submit(shape(run))));
    const results = await Promise.all(runs.map((id) => engine.ended(id)));
    expect(results.map(({ status }) => status)).toEqual(
      runs.map((_, run) => (run % SHAPES.length === 2 ? 'compensated' : 'completed')),
    );
    const sumOf = ({ completed = 0, compensated = 0 }: Awaited<ReturnType<typeof engine.counts>>) =>
      completed + compensated;
    await until(async () => sumOf(await engine.counts()) === runs.length);
    expect(await engine.counts()).toEqual({ completed: 80, compensated: 20 });
    expect(await faultsOf(database.url)).toEqual([]);
  }, 60_000);

  it('delays its lists, and no task, while somebody else holds a transaction open', async () => {
    const before = (await engine.counts()).completed!;
    const other = await connect(database.url);
    await other.query('begin');
    await other.query('select pg_current_xact_id()');
    const began = Date.now();
    let runs = 0;
    while (Date.now() - began < FOREIGN_MS) {
      const ended = await engine.ended(await engine.submit(SHAPES[0]!), 2_000);
      expect(ended.status).toBe('completed');
      runs += 1;
    }
    expect(runs).toBeGreaterThan(FOREIGN_MS / 500);
    expect((await engine.counts()).completed).toBe(before);
    await other.query('rollback');
    await other.end();
    await until(async () => (await engine.counts()).completed === before + runs);
  }, 120_000);

  it('loses nothing, does nothing twice and stops at nothing when its connections are ended under load', async () => {
    const killer = await connect(database.url);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5`;
    const starts = Array.from({ length: 150 }, async (_, run) => {
      await pause(run * 20);
      for (;;) {
        try {
          return await engine.submit(shape(run), `killed-${run}`);
        } catch (error) {
          if (!(error instanceof Unavailable)) throw error;
          await pause(100);
        }
      }
    });
    for (let round = 0; round < 8; round++) {
      await pause(400);
      await killer.query(kill);
    }
    await killer.end();
    const runs = await Promise.all(starts);
    expect(new Set(runs).size).toBe(150);
    for (const id of runs) await until(async () => (await engine.ended(id).catch(() => ({ ended: false }))).ended);
    expect(await faultsOf(database.url)).toEqual([]);
  }, 120_000);
});

describe('two engines over one PostgreSQL', () => {
  it('share its partitions, send each other what is theirs, and take over what is left', async () => {
    const first = engines[0] ?? (await open());
    const second = await open();
    const [here, there] = [first.owned, second.owned];
    await until(() => here().size > 0 && there().size > 0 && here().size + there().size === 16);
    // A key says where a run lives: half of them with whoever is not asked.
    const submitAll = (engine: EngineOnPostgres, name: string) =>
      Promise.all(Array.from({ length: 40 }, (_, run) => engine.submit(shape(run), `${name}-${run}`)));
    const runs = [...(await submitAll(first, 'one')), ...(await submitAll(second, 'two'))];
    const away = (id: StreamId) => !here().has(partitionOf(id, 16));
    expect(runs.some(away)).toBe(true);
    for (const id of runs) expect((await second.ended(id)).ended).toBe(true);
    const last = await submitAll(second, 'three');
    engines.splice(engines.indexOf(first), 1);
    await first.leave();
    await until(() => there().size === 16);
    for (const id of last) expect((await second.ended(id)).ended).toBe(true);
    expect(await faultsOf(database.url)).toEqual([]);
  }, 120_000);
});
