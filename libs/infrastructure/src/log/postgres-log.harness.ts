import type { Log } from '@orrery/application';
import { Client, Pool } from 'pg';
import { type TestDatabase, settled, testDatabase } from '../postgres/testing/index.js';
import { AppendStatement } from './append-statement.js';
import { type Ask, LaneSession, type LaneSettings, run } from './lane-session.js';
import { LossyProxy } from './testing/lossy-proxy.js';
import { type ForeignTransaction, type LogHarness, until } from './log.harness.js';
import { PostgresLog } from './postgres-log.js';

export interface PostgresHarness extends LogHarness {
  readonly url: string;
  readonly pool: Pool;
  readonly lane: LaneSession;
  readonly proxy: LossyProxy;
}

/** A log in a database of its own. Its lane goes through a proxy, so that replies can be lost. */
export async function openPostgresLog(
  settings: Partial<LaneSettings> = {},
  database: () => Promise<TestDatabase> = testDatabase,
): Promise<PostgresHarness> {
  const { url, drop } = await database();
  const pool = new Pool({ connectionString: url });
  // A server of a spec's own may stop while its last connections close.
  pool.on('error', () => undefined);
  const proxy = await LossyProxy.before(url);
  const lanes: LaneSession[] = [];
  const openLane = async (laneUrl: string) => {
    const lane = new LaneSession(laneUrl, settings);
    lanes.push(lane);
    await lane.open();
    return lane;
  };
  const lane = await openLane(proxy.url);
  return {
    url,
    pool,
    lane,
    proxy,
    log: new PostgresLog(lane, pool, url),
    another: async (): Promise<Log> => new PostgresLog(await openLane(url), pool, url),
    begin: () => beginForeign(url),
    loseReply: (when) => (when === 'after the commit' ? proxy.swallowReply() : proxy.swallowRequest()),
    recovered: () => until(() => lane.backend !== undefined),
    settled: () => settled(url),
    readByPosition: async (after) => {
      const { rows } = await pool.query(BY_POSITION, [after.toString()]);
      return rows.map((each) => ({ ...each, cursor: { transactionId: 0n, position: BigInt(each.position) } }));
    },
    close: async () => {
      await Promise.all(lanes.map((each) => each.close()));
      await proxy.close();
      await pool.end();
      await drop();
    },
  };
}

const BY_POSITION = `
  select position, namespace, stream_id as stream, first_version as "firstVersion"
    from commits where position > $1 order by position`;

async function beginForeign(url: string): Promise<ForeignTransaction> {
  const client = new Client(url);
  await client.connect();
  await client.query('begin');
  await client.query('select pg_current_xact_id()');
  const statement = new AppendStatement();
  const ask: Ask = (query) => run(client, query);
  const end = async (how: string) => {
    await client.query(how);
    await client.end();
  };
  return {
    append: async (batch) => void (await statement.run(ask, batch)),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}
