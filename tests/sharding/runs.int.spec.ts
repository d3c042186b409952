import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import { checkIntegrity } from '@orrery/infrastructure';
import { until } from '../e2e/support/until.js';
import { faultsOf } from '../engine/support/engine-on-postgres.js';
import { CHILD, HANDLERS, SHAPES, WAITS } from './support/shapes.js';
import { type ShardedProcess, openProcess } from './support/sharded-process.js';
import { PARTITIONS, type TwoDatabases, idIn, partitionsOf, shardOf, twoDatabases } from './support/two-databases.js';

const RUNS = 140;
const CHILDREN = RUNS / SHAPES.length;

let databases: TwoDatabases;
let process: ShardedProcess;
const started: StreamId[] = [];
beforeAll(async () => {
  databases = await twoDatabases();
  process = await openProcess(databases.shards, HANDLERS);
  await process.register(CHILD);
}, 60_000);
afterAll(async () => {
  await process.close();
  await databases.drop();
});

/** The streams of runs in one database. */
async function runsIn(name: string): Promise<readonly string[]> {
  const first = `first_version = 1 and events::text like '[{"type":"WorkflowStarted"%'`;
  const rows = await databases.ask<{ id: string }>(name, `select stream_id::text as id from commits where ${first}`);
  return rows.map(({ id }) => id);
}

describe('Two databases', () => {
  it('have runs of every kind between them, all of which end', async () => {
    for (let run = 0; run < RUNS; run += 1) {
      started.push(await process.start({ definition: SHAPES[run % SHAPES.length]!.document }));
    }
    const ends = await Promise.all(started.map((id) => process.ended(id)));
    expect(ends.map(({ status }) => status)).toEqual(started.map((_, run) => SHAPES[run % SHAPES.length]!.ends));
    expect(process.errors).toEqual([]);
  }, 120_000);

  it('take signals, wherever the run is', async () => {
    for (const name of ['east', 'west']) {
      const id = await process.start({ definition: WAITS, id: idIn(name) });
      await process.signal(id, 'go');
      expect((await process.ended(id)).status).toBe('completed');
      started.push(id);
    }
  }, 60_000);

  it('know a start that comes again by its key', async () => {
    const keys = Array.from({ length: 8 }, (_, key) => `key-${key}`);
    const start = () =>
      Promise.all(keys.map((idempotencyKey) => process.start({ definition: WAITS }, { idempotencyKey })));
    const ids = await start();
    expect(await start()).toEqual(ids);
    expect(new Set(ids.map(shardOf)).size).toBe(2);
    for (const id of ids) await process.signal(id, 'go');
    for (const id of ids) expect((await process.ended(id)).status).toBe('completed');
    started.push(...ids);
  }, 60_000);

  it('share runs evenly, and each has its own and nothing else', async () => {
    const [east, west] = await Promise.all([runsIn('east'), runsIn('west')]);
    const all = [...east, ...west];
    expect(new Set(all).size).toBe(started.length + CHILDREN);
    expect(all).toEqual(expect.arrayContaining(started));
    // Half of them, and five standard deviations of chance.
    for (const here of [east, west]) {
      expect(Math.abs(here.length - all.length / 2)).toBeLessThan(2.5 * Math.sqrt(all.length));
    }
    for (const [name, here] of [['east', east] as const, ['west', west] as const]) {
      expect(here.every((id) => partitionsOf(name).has(partitionOf(id as StreamId, PARTITIONS)))).toBe(true);
    }
  });

  it('each have an owner, checkpoints and lists of their own partitions', async () => {
    for (const name of ['east', 'west']) {
      const own = [...partitionsOf(name)].sort((a, b) => a - b);
      const partitions = async (text: string) =>
        (await databases.ask<{ partition: number }>(name, text)).map(({ partition }) => Number(partition));
      const locked = `select objid as partition from pg_locks where locktype = 'advisory' and objsubid = 2
        and database = (select oid from pg_database where datname = current_database()) order by 1`;
      expect(await partitions(locked)).toEqual(own);
      const followed = `select partition from checkpoints where follower = 'views' order by 1`;
      await until(async () => (await partitions(followed)).length === own.length);
      expect(await partitions(followed)).toEqual(own);
      expect(await databases.ask(name, 'select id from engines')).toHaveLength(1);
      for (const table of ['commits', 'runs']) {
        const there = await partitions(`select distinct partition from ${table}`);
        expect(there.filter((partition) => !own.includes(partition))).toEqual([]);
      }
    }
    expect(process.owned().size).toBe(PARTITIONS);
  });

  it('keep what was promised of one: no gap, nothing twice, and lists that say what the log says', async () => {
    await until(async () => {
      const { counts } = await process.runs(1);
      const sum = Object.values(counts as Record<string, number>).reduce((all, count) => all + count, 0);
      return sum === started.length + CHILDREN && !('running' in counts);
    });
    for (const { databaseUrl } of databases.shards) {
      expect((await faultsOf(databaseUrl)).filter((fault) => !fault.endsWith('DefinitionRegistered'))).toEqual([]);
      expect((await checkIntegrity({ databaseUrl })).faults).toEqual([]);
    }
  }, 60_000);
});
