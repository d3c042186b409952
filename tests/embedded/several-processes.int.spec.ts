import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Orrery } from '@orrery/embedded';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { Pool } from 'pg';
import { until } from '../e2e/support/until.js';
import { listLog } from './support/list-log.js';
import { progress, recordedTwice, wentOnAfter } from './support/log-questions.js';
import { OrreryProcess, endProcesses } from './support/process.js';

/** What a machine as noisy as can be may take to go on with the runs of a process that was killed. */
const GOES_ON_WITHIN_MS = 20_000;

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

/** Five shapes of runs: long, wide, undone, asleep in between, and one over a list. */
const DEFINITIONS = [
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
    after: step('works', ['sleeps']),
  },
  { each: { type: 'works', forEach: [1, 2, 3, 4], input: '${ item }' } },
].map((tasks, n) => ({ orrery: 'v1', name: `shape-${n}`, tasks }));

/** As many runs as there are, shape by shape. */
const runs = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: randomUUID(), definition: `shape-${n % DEFINITIONS.length}` }));

async function register(): Promise<void> {
  const orrery = await Orrery.open({ databaseUrl: database.url, log: listLog([]) });
  for (const definition of DEFINITIONS) await orrery.definitions.register(definition);
  await orrery.close();
}

describe('Several processes over one database', () => {
  it.each([2, 3])('%i of them share 200 runs, and those of one that is killed go on in the others', async (many) => {
    await register();
    const membership = { databaseUrl: database.url, types: ['works', 'fails'], workMs: 40 };
    const processes = await Promise.all(Array.from({ length: many }, () => OrreryProcess.start(membership)));
    const owned = async (of: OrreryProcess) =>
      (await of.asks({ owned: true }, (words) => words.owned !== undefined)).owned!;
    await until(async () => {
      const each = await Promise.all(processes.map(owned));
      return each.flat().length === 16 && each.filter(({ length }) => length > 0).length >= 2;
    });
    const started = runs(200);
    const share = Math.ceil(started.length / many);
    await Promise.all(
      processes.map((process, n) =>
        process.asks({ start: started.slice(n * share, (n + 1) * share) }, (words) => words.started !== undefined),
      ),
    );
    const sizes = await Promise.all(processes.map(async (process) => (await owned(process)).length));
    const victim = processes[sizes.indexOf(Math.max(...sizes))]!;
    const victims = await owned(victim);
    await until(async () => (await progress(pool)).ended > 20);
    const killedAt = Date.now();
    await victim.kill();
    await until(async () => (await progress(pool)).ended === started.length, 60_000);
    const after = await wentOnAfter(pool, killedAt, victims);
    console.log(many, after.length, Math.min(...after), Math.max(...after));
    expect(after.length).toBeGreaterThan(0);
    expect(Math.max(...after)).toBeLessThan(GOES_ON_WITHIN_MS);
    expect(await recordedTwice(pool)).toEqual([]);
    expect((await progress(pool)).started).toBe(started.length);
  });
});
