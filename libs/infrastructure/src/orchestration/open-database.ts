import { ClaimPartitions, shardMap } from '@orrery/application';
import { PostgresCheckpoints } from '../checkpoints/postgres-checkpoints.js';
import { type Installation, type ShardIdentity, openInstallation } from '../log/installation.js';
import { LaneSession } from '../log/lane-session.js';
import { PostgresLog } from '../log/postgres-log.js';
import { type EngineIdentity, PostgresLocks } from '../ownership/postgres-locks.js';
import { type PoolSizes, type Pools, createPools } from '../postgres/pools.js';
import { prepareDatabase } from '../postgres/prepare-database.js';
import { mustBeShard } from '../sharding/shard-faults.js';
import { PostgresSnapshots } from '../snapshots/postgres-snapshots.js';
import { SystemClock } from '../system/system-clock.js';
import { PostgresTaskOffers } from '../task-offers/postgres-task-offers.js';
import { PostgresDefinitionContents } from '../views/postgres-definition-contents.js';
import { PostgresViewReader } from '../views/postgres-view-reader.js';
import { PostgresViewWriter } from '../views/postgres-view-writer.js';
import { PostgresWorkerSessions } from '../views/postgres-worker-sessions.js';

/** A database that is to be installed, if it is new. */
export interface InstallOptions {
  readonly databaseUrl: string;
  readonly shard?: ShardIdentity;
  readonly partitions?: number;
  readonly onWarning: (words: string) => void;
}

/** Brings a database up to date, and says what it is. Throws `InvalidConfiguration` where it is another than it is taken for. */
export async function installDatabase(options: InstallOptions): Promise<Installation> {
  const { databaseUrl, shard, partitions, onWarning } = options;
  await prepareDatabase(databaseUrl, onWarning);
  const installation = await openInstallation(databaseUrl, partitions, shard);
  mustBeShard(installation, shard);
  return installation;
}

/** Tells of a setting that has come too late. */
export function warnOfPartitions(
  { partitions: wanted, onWarning = () => undefined }: Partial<Pick<InstallOptions, 'partitions' | 'onWarning'>>,
  { partitions: made }: Pick<Installation, 'partitions'>,
  what: 'the database was' | 'the databases were',
): void {
  if (wanted === undefined || wanted === made) return;
  onWarning(`ORRERY_PARTITIONS is ${wanted}, but ${what} made with ${made}, which is what counts.`);
}

/** How a process reaches a database. */
export interface ConnectOptions {
  readonly databaseUrl: string;
  readonly engine: EngineIdentity;
  readonly pools?: Partial<PoolSizes>;
  /** Told of connections that broke while nobody used them. */
  readonly onBroken: (error: unknown) => void;
}

/** A database as this process has it: what is kept there, and who owns its partitions. */
export type OpenDatabase = Awaited<ReturnType<typeof connectDatabase>>;

/** Connects to a database that is installed. */
export async function connectDatabase(options: ConnectOptions, { partitions, shard }: Installation) {
  const { databaseUrl, engine } = options;
  const lane = new LaneSession(databaseUrl);
  const pools = createPools(databaseUrl, options.pools, options.onBroken);
  const close = async () => void (await Promise.all([lane.close(), pools.close()]));
  try {
    await lane.open();
  } catch (error) {
    await close();
    throw error;
  }
  const locks = new PostgresLocks(lane, engine);
  const only = shard && shardMap(shard.names, partitions).get(shard.name);
  const claimant = { engine: engine.id, partitions, only, clock: new SystemClock() };
  const ownership = new ClaimPartitions(locks, claimant);
  return { ports: portsOf({ lane, pools, databaseUrl, engine, ownership }), locks, close };
}

interface Reach {
  readonly lane: LaneSession;
  readonly pools: Pools;
  readonly databaseUrl: string;
  readonly engine: EngineIdentity;
  readonly ownership: ClaimPartitions;
}

function portsOf({ lane, pools, databaseUrl, engine, ownership }: Reach) {
  return {
    log: new PostgresLog(lane, pools.command, databaseUrl),
    ownership,
    checkpoints: new PostgresCheckpoints(pools.follower),
    snapshots: new PostgresSnapshots(pools.command),
    viewWriter: new PostgresViewWriter(pools.follower),
    viewReader: new PostgresViewReader(pools.query),
    contents: new PostgresDefinitionContents(pools.command),
    sessions: new PostgresWorkerSessions(pools.follower),
    offers: new PostgresTaskOffers(pools.follower, engine.id, databaseUrl),
  };
}
