import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClaimPartitions, type OwnershipSettings } from '@orrery/application';
import { Pool } from 'pg';
import { type LaneSettings, LaneSession } from '../log/lane-session.js';
import { until } from '../log/log.harness.js';
import { LossyProxy } from '../log/testing/lossy-proxy.js';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { SystemClock } from '../system/system-clock.js';
import { PARTITION_LOCKS } from './engine-statements.js';
import { PARTITION_COUNT, ownershipContract } from './ownership.contract.js';
import { PostgresLocks } from './postgres-locks.js';

const QUICK: OwnershipSettings = { tickMs: 20, beatMs: 40, silentMs: 5_000, trustMs: 5_000, letGoMs: 5_000 };

async function openEngine(
  url: string,
  settings: Partial<OwnershipSettings> = {},
  laneSettings: Partial<LaneSettings> = {},
) {
  const proxy = await LossyProxy.before(url);
  const lane = new LaneSession(proxy.url, { retryMs: [5, 20], ...laneSettings });
  await lane.open();
  const engine = { id: randomUUID(), host: 'here', version: '1' };
  const ownership = new ClaimPartitions(new PostgresLocks(lane, engine), {
    engine: engine.id,
    partitions: PARTITION_COUNT,
    clock: new SystemClock(),
    settings: { ...QUICK, ...settings },
  });
  return {
    id: engine.id,
    lane,
    proxy,
    ownership,
    close: async () => {
      await ownership.release();
      await lane.close();
      await proxy.close();
    },
  };
}

ownershipContract('ClaimPartitions by PostgresLocks', async () => {
  const { url, drop } = await testDatabase();
  const { ownership, lane, proxy, close } = await openEngine(url);
  return {
    ownership,
    loseSession: async () => {
      proxy.refuse();
      await until(() => lane.backend === undefined);
    },
    restoreSession: async () => proxy.pass(),
    close: async () => {
      await close();
      await drop();
    },
  };
});

describe('ClaimPartitions by PostgresLocks, among several engines', () => {
  let database: TestDatabase;
  let pool: Pool;
  const engines: Awaited<ReturnType<typeof openEngine>>[] = [];
  const open = async (...settings: [Partial<OwnershipSettings>?, Partial<LaneSettings>?]) => {
    const engine = await openEngine(database.url, ...settings);
    engines.push(engine);
    return engine;
  };
  const ignore = () => undefined;
  beforeEach(async () => {
    database = await testDatabase();
    pool = new Pool({ connectionString: database.url });
  });
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
    await pool.end();
    await database.drop();
  });

  const sizes = () => engines.map(({ ownership }) => ownership.owned().size);
  const allOwned = () => sizes().reduce((sum, size) => sum + size) === PARTITION_COUNT;

  it('shares out the partitions, and hands back those of one who leaves', async () => {
    for (let count = 0; count < 3; count += 1) await (await open()).ownership.start(ignore);
    await until(() => allOwned() && sizes().filter((size) => size > 0).length >= 2);
    const [first] = engines;
    await first!.ownership.release();
    await until(() => first!.ownership.owned().size === 0 && allOwned());
  });

  it('lets the shell let go before another may have a partition', async () => {
    const first = await open();
    let letGo: () => void = ignore;
    const lettingGo = new Promise<void>((resolve) => (letGo = resolve));
    await first.ownership.start((owned) => (owned.size < PARTITION_COUNT ? lettingGo : undefined));
    const second = await open();
    await second.ownership.start(ignore);
    await until(() => first.ownership.owned().size < PARTITION_COUNT);
    const asked = await held(pool, first.lane.backend!.pid);
    expect([asked, second.ownership.owned().size]).toEqual([PARTITION_COUNT, 0]);
    letGo();
    await until(allOwned);
    expect(await held(pool, first.lane.backend!.pid)).toBe(first.ownership.owned().size);
  });

  it('takes over from an engine whose process is gone', async () => {
    const [gone, other] = [await open(), await open()];
    await gone.ownership.start(ignore);
    await other.ownership.start(ignore);
    gone.proxy.refuse();
    await until(() => other.ownership.owned().size === PARTITION_COUNT);
    gone.proxy.pass();
    await until(() => gone.ownership.owned().size > 0 && allOwned());
  });

  it('ends an engine that is silent though its session is there, and takes its partitions', async () => {
    const silent = await open({ tickMs: 1e9 });
    let told = 0;
    await silent.ownership.start((owned) => void (told = owned.size));
    expect(told).toBe(PARTITION_COUNT);
    const session = silent.lane.backend;
    const peer = await open({ silentMs: 200 });
    await peer.ownership.start(ignore);
    await until(() => silent.lane.backend !== session && peer.ownership.owned().size > 0);
    expect(told).toBeLessThan(PARTITION_COUNT);
  });

  it('leaves an engine alone whose row tells of a session that is another’s by now', async () => {
    const bystander = await pool.connect();
    const { rows } = await bystander.query('select pg_backend_pid() as pid');
    await pool.query(DEAD_ENGINE, [randomUUID(), rows[0].pid]);
    const engine = await open({ silentMs: 50 });
    await engine.ownership.start(ignore);
    // A silent one is ended at the second look: three beats are later than that.
    const startedAt = await lastBeat(pool, engine.id);
    await until(async () => (await lastBeat(pool, engine.id)) - startedAt >= 3 * QUICK.beatMs);
    expect(engine.ownership.owned().size).toBe(PARTITION_COUNT);
    expect((await bystander.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    bystander.release();
  });

  it('does not trust what is in memory when its session has not answered for a while', async () => {
    const engine = await open({ trustMs: 100 }, { answerMs: 2_000 });
    await engine.ownership.start(ignore);
    expect(engine.ownership.trusted()).toBe(true);
    engine.proxy.blackHole();
    await until(() => !engine.ownership.trusted());
    expect(engine.ownership.owned().size).toBe(PARTITION_COUNT);
    engine.proxy.cut();
    await until(() => engine.ownership.trusted());
  });
});

const DEAD_ENGINE = `
  insert into engines (id, host, version, started_at, last_beat, backend_pid, backend_start)
  values ($1, 'here', '1', now(), now() - interval '1 hour', $2, now() - interval '2 hours')`;

async function lastBeat(pool: Pool, id: string): Promise<number> {
  const { rows } = await pool.query('select last_beat from engines where id = $1', [id]);
  return rows[0].last_beat.getTime();
}

async function held(pool: Pool, pid: string): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as held from pg_locks
      where locktype = 'advisory' and classid = ${PARTITION_LOCKS} and pid = $1 and granted`,
    [pid],
  );
  return rows[0].held;
}
