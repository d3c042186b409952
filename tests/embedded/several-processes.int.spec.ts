import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Orrery } from '@orrery/embedded';
import { checkIntegrity } from '@orrery/infrastructure';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { Pool } from 'pg';
import { until } from '../e2e/support/until.js';
import { listLog } from './support/list-log.js';
import { progress, recordedTwice, wentOnAfter, workersOf } from './support/log-questions.js';
import { OrreryProcess, endProcesses } from './support/process.js';

jest.setTimeout(120_000);

/** What a machine as noisy as can be may take to go on with the runs of a process that was killed. */
const GOES_ON_WITHIN_MS = 20_000;

const PARTITIONS = 16;

let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.url });
});

afterEach(async () => {
  await endProcesses();
  await pool.end();
  await database.drop();
});

const step = (type: string, dependsOn: readonly string[] = [], more: object = {}) => ({ type, dependsOn, ...more });
const RETRY = { retry: { maxAttempts: 2, backoff: { initial: '20ms' } } };

/** Five shapes of runs: long, wide, undone, asleep in between and open until someone does what is late, over a list. */
const SHAPES = [
  Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`s${n}`, step('works', n > 0 ? [`s${n - 1}`] : [])])),
  {
    first: step('works'),
    ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`w${n}`, step('works', ['first'])])),
    last: step(
      'works',
      Array.from({ length: 10 }, (_, n) => `w${n}`),
    ),
  },
  {
    done: step('works', [], { compensate: { type: 'works' } }),
    fails: step('fails', ['done'], { ...RETRY, compensate: { none: 'it did nothing' } }),
  },
  {
    before: step('works'),
    sleeps: step('sleep', ['before'], { input: { duration: '1s' } }),
    after: step('late', ['sleeps']),
  },
  { each: { type: 'works', forEach: [1, 2, 3, 4], input: '${ item }' } },
].map((tasks, n) => ({ orrery: 'v1', name: `shape-${n}`, tasks }));

const RARE = {
  orrery: 'v1',
  name: 'rare',
  tasks: { a: step('works'), b: step('rare', ['a']), c: step('works', ['b']) },
};
const LONG = { orrery: 'v1', name: 'long', tasks: { it: step('long') } };

type Definition = { readonly name: string };

/** As many runs as there are, shape by shape. */
const runs = (count: number, of: readonly Definition[] = SHAPES) =>
  Array.from({ length: count }, (_, n) => ({ id: randomUUID(), definition: of[n % of.length]!.name }));

async function register(definitions: readonly Definition[] = SHAPES): Promise<void> {
  const orrery = await Orrery.open({ databaseUrl: database.url, log: listLog([]) });
  for (const definition of definitions) await orrery.definitions.register(definition);
  await orrery.close();
}

const start = (types: readonly string[], workMs: number) =>
  OrreryProcess.start({ databaseUrl: database.url, types, workMs });

async function owned(process: OrreryProcess): Promise<readonly number[]> {
  return (await process.asks({ owned: true }, (words) => words.owned !== undefined)).owned!;
}

async function startIn(process: OrreryProcess, some: ReturnType<typeof runs>): Promise<void> {
  const { started } = await process.asks({ start: some }, (words) => words.started !== undefined);
  expect(started).toBe(some.length);
}

const allHaveEnded = (count: number) => until(async () => (await progress(pool)).ended === count, 60_000);

describe('Several processes over one database', () => {
  it.each([2, 3])('%i of them share 200 runs, and those of one that is killed go on in the others', async (many) => {
    await register();
    const processes = await Promise.all(Array.from({ length: many }, () => start(['works', 'fails'], 40)));
    await until(async () => {
      const each = await Promise.all(processes.map(owned));
      return each.flat().length === PARTITIONS && each.filter(({ length }) => length > 0).length >= 2;
    });
    const all = runs(200);
    const share = Math.ceil(all.length / many);
    await Promise.all(processes.map((process, n) => startIn(process, all.slice(n * share, (n + 1) * share))));
    const shares = await Promise.all(processes.map(owned));
    const victims = shares.reduce((most, each) => (each.length > most.length ? each : most));
    await until(async () => (await progress(pool)).ended > 20);
    const killedAt = Date.now();
    const [killed] = processes.splice(shares.indexOf(victims), 1);
    await killed!.kill();
    await Promise.all(processes.map((process) => process.asks({ take: 'late' }, ({ takes }) => takes === 'late')));
    await allHaveEnded(all.length);
    const after = await wentOnAfter(pool, killedAt, victims);
    console.log(`${after.length} runs of the one of ${many} that was killed went on within ${Math.max(...after)} ms`);
    expect(after.length).toBeGreaterThan(0);
    expect(Math.max(...after)).toBeLessThan(GOES_ON_WITHIN_MS);
    expect(await recordedTwice(pool)).toEqual([]);
    expect((await progress(pool)).started).toBe(all.length);
    expect((await checkIntegrity({ databaseUrl: database.url })).faults).toEqual([]);
  });

  it('do in another what only that one has a handler for, and in the next when it is killed', async () => {
    await register([RARE]);
    const common = await start(['works'], 1);
    const rare = await start(['works', 'rare'], 1);
    const before = Date.now();
    await startIn(common, runs(50, [RARE]));
    await allHaveEnded(50);
    console.log(`50 runs took ${Date.now() - before} ms, of which most had a task that was offered`);
    expect(await workersOf(pool, 'b')).toEqual([`process-${rare.pid}`]);
    await rare.kill();
    const slow = await start(['rare'], 60_000);
    await startIn(common, runs(5, [RARE]));
    await slow.hears(({ took }) => took === 'rare');
    await slow.kill();
    const last = await start(['rare'], 1);
    await allHaveEnded(55);
    expect(await workersOf(pool, 'b')).toContain(`process-${last.pid}`);
    expect(await recordedTwice(pool)).toEqual([]);
  });

  it('do nothing twice when another joins, and hand everything over when they close', async () => {
    await register([LONG]);
    const first = await start(['long'], 4_000);
    await startIn(first, runs(32, [LONG]));
    await until(async () => first.said.filter(({ took }) => took === 'long').length === 32);
    const second = await start(['long'], 4_000);
    await until(async () => (await owned(second)).length > 0 && (await owned(first)).length < PARTITIONS);
    await first.asks({ close: true }, ({ closed }) => closed === true);
    await allHaveEnded(32);
    expect(second.said.filter(({ took }) => took !== undefined)).toEqual([]);
    await until(async () => (await owned(second)).length === PARTITIONS);
    expect(await recordedTwice(pool)).toEqual([]);
  });
});
