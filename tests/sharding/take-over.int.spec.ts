import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createApi } from '@orrery/api';
import { pino } from 'pino';
import { until } from '../e2e/support/until.js';
import { faultsOf } from '../engine/support/engine-on-postgres.js';
import { CHILD, HANDLERS, SHAPES, WAITS } from './support/shapes.js';
import { type ShardedProcess, openProcess } from './support/sharded-process.js';
import { PARTITIONS, type TwoDatabases, idIn, partitionsOf, twoDatabases } from './support/two-databases.js';

let databases: TwoDatabases;
const processes: ShardedProcess[] = [];
async function open(): Promise<ShardedProcess> {
  const process = await openProcess(databases.shards, HANDLERS);
  processes.push(process);
  return process;
}
beforeEach(async () => {
  databases = await twoDatabases();
}, 60_000);
afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
  await databases.drop();
}, 60_000);

const ownedIn = (process: ShardedProcess, name: string) =>
  [...process.owned()].filter((partition) => partitionsOf(name).has(partition)).length;

describe('Two processes over two databases', () => {
  it('share the partitions of each, and take over what the other leaves', async () => {
    const [first, second] = [await open(), await open()];
    await until(async () => first.owned().size + second.owned().size === PARTITIONS && second.owned().size > 0);
    for (const name of ['east', 'west']) expect(ownedIn(first, name) + ownedIn(second, name)).toBe(8);
    await first.register(CHILD);
    const start = (process: ShardedProcess, run: number) =>
      process.start({ definition: SHAPES[run % SHAPES.length]!.document });
    const runs = await Promise.all(Array.from({ length: 56 }, (_, run) => start(run % 2 === 0 ? first : second, run)));
    const waiting = await Promise.all(
      ['east', 'west'].map((name) => first.start({ definition: WAITS, id: idIn(name) })),
    );
    await processes.shift()!.close();
    await until(async () => second.owned().size === PARTITIONS);
    for (const id of waiting) await second.signal(id, 'go');
    for (const [run, id] of runs.entries()) {
      expect((await second.ended(id)).status).toBe(SHAPES[run % SHAPES.length]!.ends);
    }
    for (const id of waiting) expect((await second.ended(id)).status).toBe('completed');
    for (const { databaseUrl } of databases.shards) {
      expect((await faultsOf(databaseUrl)).filter((fault) => !fault.endsWith('DefinitionRegistered'))).toEqual([]);
    }
    expect(second.errors).toEqual([]);
  }, 120_000);
});

describe('A database that is away', () => {
  it('holds up its own runs, and those of the other go on', async () => {
    const process = await open();
    const [chain] = SHAPES as [(typeof SHAPES)[number]];
    // What was started once is known here, and its definition with it.
    await process.ended(await process.start({ definition: chain.document }));
    const waits = await process.start({ definition: WAITS, id: idIn('west') });
    const logger = pino({ level: 'silent' });
    const parts = { orchestration: process.orchestration, version: 'test', logger };
    const api = await createApi({ ...parts, options: { host: '127.0.0.1', port: 0 } });
    await api.app.init();
    const database = async () =>
      (await api.app.inject({ url: '/health' })).json<{ checks: { database: { status: string; reason?: string } } }>()
        .checks.database;
    expect(await database()).toEqual({ status: 'ok' });

    await databases.shut('west');
    await until(async () => ownedIn(process, 'west') === 0);
    for (let run = 0; run < 10; run += 1) {
      const id = await process.start({ definition: chain.document, id: idIn('east') });
      expect((await process.ended(id)).status).toBe('completed');
    }
    expect(ownedIn(process, 'east')).toBe(8);
    expect(await database()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('west: ') });
    await expect(process.ended(waits, 0)).rejects.toThrow();
    await expect(process.runs(1)).rejects.toThrow();

    await databases.open('west');
    await until(async () => ownedIn(process, 'west') === 8);
    await process.signal(waits, 'go');
    expect((await process.ended(waits)).status).toBe('completed');
    await until(async () => (await database()).status === 'ok');
    await api.close();
  }, 120_000);
});
