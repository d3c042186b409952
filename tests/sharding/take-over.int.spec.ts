import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createApi } from '@orrery/api';
import { type StreamId, Unavailable } from '@orrery/domain';
import { checkIntegrity } from '@orrery/infrastructure';
import {
  type ReplicatedDatabase,
  removeTemporaryDirectories,
  replicatedDatabase,
} from '@orrery/infrastructure/testing';
import { pino } from 'pino';
import { until } from '../e2e/support/until.js';
import { faultsOf } from '../engine/support/engine-on-postgres.js';
import { CHILD, HANDLERS, SHAPES, WAITS } from './support/shapes.js';
import { type ShardedProcess, openProcess } from './support/sharded-process.js';
import { PARTITIONS, type TwoDatabases, idIn, partitionsOf, shardOf, twoDatabases } from './support/two-databases.js';

let server: ReplicatedDatabase;
let databases: TwoDatabases;
const processes: ShardedProcess[] = [];
async function open(): Promise<ShardedProcess> {
  const process = await openProcess(databases.shards, HANDLERS);
  processes.push(process);
  return process;
}
beforeAll(async () => {
  server = await replicatedDatabase(0, { connections: 300 });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await removeTemporaryDirectories();
});
beforeEach(async () => {
  databases = await twoDatabases(server.url);
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

describe('A process that owns nothing', () => {
  it('sends to whoever does, in both databases', async () => {
    const engine = await open();
    const sender = await openProcess(databases.shards, {}, { isAtWork: false });
    processes.push(sender);
    await engine.register(CHILD);
    const runs = await Promise.all(
      Array.from({ length: 28 }, (_, run) => sender.start({ definition: SHAPES[run % SHAPES.length]!.document })),
    );
    const waiting = await Promise.all(
      ['east', 'west'].map((name) => sender.start({ definition: WAITS, id: idIn(name) })),
    );
    for (const id of waiting) await sender.signal(id, 'go');
    for (const [run, id] of runs.entries()) {
      expect((await sender.ended(id)).status).toBe(SHAPES[run % SHAPES.length]!.ends);
    }
    for (const id of waiting) expect((await sender.ended(id)).status).toBe('completed');
    expect(new Set([...runs, ...waiting].map(shardOf)).size).toBe(2);
    expect(sender.owned().size).toBe(0);
  }, 60_000);
});

describe('Connections that are ended in both databases under load', () => {
  it('lose nothing, and nothing is done twice', async () => {
    const process = await open();
    await process.register(CHILD);
    const starts = Array.from({ length: 140 }, async (_, run) => {
      await pause(run * 20);
      for (;;) {
        const request = { definition: SHAPES[run % SHAPES.length]!.document };
        const started = await process.start(request, { idempotencyKey: `killed-${run}` }).catch((error: unknown) => {
          if (!(error instanceof Unavailable)) throw error;
        });
        if (started !== undefined) return started;
        await pause(100);
      }
    });
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5`;
    for (let round = 0; round < 8; round += 1) {
      await pause(400);
      await databases.ask(round % 2 === 0 ? 'east' : 'west', kill);
    }
    const runs = await Promise.all(starts);
    expect(new Set(runs).size).toBe(140);
    const ended = (id: StreamId) => process.ended(id).catch(() => ({ ended: false }));
    for (const id of runs) await until(async () => (await ended(id)).ended);
    for (const { databaseUrl } of databases.shards) {
      const faults = async () =>
        (await faultsOf(databaseUrl)).filter((fault) => !fault.endsWith('DefinitionRegistered'));
      await until(async () => (await faults()).length === 0);
      expect((await checkIntegrity({ databaseUrl })).faults).toEqual([]);
    }
  }, 120_000);
});

describe('A database that is away', () => {
  const GIVEN_UP_WITHIN_MS = 90_000;
  const [chain] = SHAPES as [(typeof SHAPES)[number]];

  /** Runs of the other end as they always do, though whoever wants something of this one is asked for in the same turns. */
  async function othersGoOn(process: ShardedProcess, waits: StreamId) {
    const inVain = Array.from({ length: 20 }, () => process.signal(waits, 'go').catch((error: unknown) => error));
    for (let run = 0; run < 20; run += 1) {
      const id = await process.start({ definition: chain.document, id: idIn('east') });
      expect((await process.ended(id, 5_000)).status).toBe('completed');
      await pause(50);
    }
    return Promise.all(inVain);
  }

  async function opened() {
    const process = await open();
    // What was started once is known here, and its definition with it.
    await process.ended(await process.start({ definition: chain.document }));
    const waits = await process.start({ definition: WAITS, id: idIn('west') });
    return { process, waits };
  }

  it('holds up its own runs, and those of the other go on', async () => {
    const { process, waits } = await opened();
    const logger = pino({ level: 'silent' });
    const parts = { orchestration: process.orchestration, version: 'test', logger };
    const api = await createApi({ ...parts, options: { host: '127.0.0.1', port: 0 } });
    await api.app.init();
    const database = async () =>
      (await api.app.inject({ url: '/health' })).json<{ checks: { database: { status: string; reason?: string } } }>()
        .checks.database;
    expect(await database()).toEqual({ status: 'ok' });

    databases.wayTo('west').shut();
    await until(async () => ownedIn(process, 'west') === 0);
    const refused = await othersGoOn(process, waits);
    expect(refused).toEqual(Array(20).fill(expect.objectContaining({ name: 'Unavailable' })));
    expect(ownedIn(process, 'east')).toBe(8);
    expect(await database()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('west: ') });
    await expect(process.ended(waits, 0)).rejects.toMatchObject({ code: 'log.unreachable' });
    await expect(process.runs(1)).rejects.toMatchObject({ code: 'log.unreachable' });

    databases.wayTo('west').open();
    await until(async () => ownedIn(process, 'west') === 8);
    await process.signal(waits, 'go');
    expect((await process.ended(waits)).status).toBe('completed');
    await until(async () => (await database()).status === 'ok');
    await api.close();
  }, 120_000);

  it('is the same where it has only fallen silent', async () => {
    const { process, waits } = await opened();
    databases.wayTo('west').hush();
    const answered = await othersGoOn(process, waits);
    // By then it was given up, and found again.
    await until(async () => ownedIn(process, 'west') === 8);
    if (answered.some((answer) => answer instanceof Error)) await process.signal(waits, 'go');
    // What follows the log, or takes runs up, may have to wait a minute for a connection on which nothing comes any more.
    await until(async () => (await process.ended(waits)).status === 'completed', GIVEN_UP_WITHIN_MS);
    await until(async () => (await process.runs(100)).items.length > 20, GIVEN_UP_WITHIN_MS);
    // The connections on which nothing is heard any more need not be waited for.
    databases.wayTo('west').cut();
  }, 240_000);
});
