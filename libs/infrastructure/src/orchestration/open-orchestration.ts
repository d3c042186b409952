import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  AllowEverything,
  ClaimPartitions,
  type EventExchange,
  type Keeping,
  type Orchestration,
} from '@orrery/application';
import type { Registry } from 'prom-client';
import { PostgresCheckpoints } from '../checkpoints/postgres-checkpoints.js';
import { TextDocumentReader } from '../documents/text-document-reader.js';
import { AjvInputSchemas } from '../input-schemas/ajv-input-schemas.js';
import { type Installation, openInstallation } from '../log/installation.js';
import { LaneSession } from '../log/lane-session.js';
import { PostgresLog } from '../log/postgres-log.js';
import { type Observer, assembleObserved } from '../monitoring/observer.js';
import { PostgresLocks } from '../ownership/postgres-locks.js';
import { type PoolSizes, type Pools, createPools } from '../postgres/pools.js';
import { prepareDatabase } from '../postgres/prepare-database.js';
import type { OpenRedis } from '../redis/open-redis.js';
import type { ReplicaState } from '../replicas/replica.js';
import { PostgresSnapshots } from '../snapshots/postgres-snapshots.js';
import { SystemClock } from '../system/system-clock.js';
import { SystemEntropy } from '../system/system-entropy.js';
import { PostgresTaskOffers } from '../task-offers/postgres-task-offers.js';
import { PostgresDefinitionContents } from '../views/postgres-definition-contents.js';
import { PostgresViewReader } from '../views/postgres-view-reader.js';
import { PostgresViewWriter } from '../views/postgres-view-writer.js';
import { PostgresWorkerSessions } from '../views/postgres-worker-sessions.js';
import { type Reading, openReading } from './open-reading.js';

export interface OrchestrationOptions {
  readonly databaseUrl: string;
  /** Which release this process is, for its peers. */
  readonly version: string;
  /** Told of bugs, and of what passes by itself and should be known. */
  readonly onError: (error: unknown) => void;
  /** Told in a sentence what is odd, but no reason not to start. */
  readonly onWarning?: (words: string) => void;
  /** How many partitions a new database is made with. One that is in use keeps the number it has. */
  readonly partitions?: number;
  readonly pools?: Partial<PoolSizes>;
  /** Streaming replicas of it, which answer what decides nothing. */
  readonly replicaUrls?: readonly string[];
  /** A Redis that keeps what was read of runs, if there is one. */
  readonly redis?: OpenRedis;
  /** How long what is over is kept. */
  readonly keeping?: Partial<Keeping>;
  /** Where events are told outside, if anybody is to hear of them. */
  readonly exchange?: EventExchange;
  /** Where it is counted what is read from replicas and caches. */
  readonly metrics?: Registry;
  /** Who watches it at work. */
  readonly observers?: readonly Observer[];
}

/** The context over a PostgreSQL, ready to be used. */
export interface OpenOrchestration {
  readonly orchestration: Orchestration;
  readonly installation: Installation;
  readonly pools: Pools;
  /** How each replica is now, by name. */
  replicas(): ReadonlyMap<string, ReplicaState>;
  /** Begins to own partitions, and to do what is due in them. Without it, this process only sends and asks. */
  start(): Promise<void>;
  /** Commits what is decided, lets partitions go, and closes every connection. */
  close(): Promise<void>;
}

/**
 * Opens the orchestration over a PostgreSQL: checks the server, brings its schema up to date, and puts every adapter in
 * its place. Throws `Unavailable` when the server cannot be reached, or is not fit to hold the log.
 */
export async function openOrchestration(options: OrchestrationOptions): Promise<OpenOrchestration> {
  const { databaseUrl, observers = [], onError, onWarning = () => undefined } = options;
  await prepareDatabase(databaseUrl, onWarning);
  const installation = await openInstallation(databaseUrl, options.partitions);
  const lane = new LaneSession(databaseUrl);
  let closing = false;
  // A connection that is being closed may hear that the server stops, which by then is nobody's trouble.
  const pools = createPools(databaseUrl, options.pools, (error) => (closing ? undefined : onError(error)));
  try {
    await lane.open();
  } catch (error) {
    await Promise.all([lane.close(), pools.close()]);
    throw error;
  }
  const engine = { id: randomUUID(), host: hostname(), version: options.version };
  const locks = new PostgresLocks(lane, engine);
  const fanOut = options.redis?.changeFanOut(installation);
  const primary = { ...adapters(options, { lane, locks, pools }, installation, engine.id), fanOut, onError };
  const reading = openReading(options, primary, installation);
  const orchestration = assembleObserved({ ...primary, ...reading.ports }, observers);
  reading.follow(orchestration);
  const { start, close } = lifeOf(orchestration, { lane, locks, pools, reading });
  const closeQuietly = () => {
    closing = true;
    return close();
  };
  return { orchestration, installation, pools, replicas: reading.states, start, close: closeQuietly };
}

/** How a process reaches its database. */
interface Reach {
  readonly lane: LaneSession;
  readonly locks: PostgresLocks;
  readonly pools: Pools;
}

function adapters(
  { databaseUrl, keeping, exchange }: OrchestrationOptions,
  { lane, locks, pools }: Reach,
  { partitions }: Installation,
  engine: string,
) {
  const clock = new SystemClock();
  return {
    log: new PostgresLog(lane, pools.command, databaseUrl),
    ownership: new ClaimPartitions(locks, { engine, partitions, clock }),
    checkpoints: new PostgresCheckpoints(pools.follower),
    snapshots: new PostgresSnapshots(pools.command),
    viewWriter: new PostgresViewWriter(pools.follower),
    viewReader: new PostgresViewReader(pools.query),
    contents: new PostgresDefinitionContents(pools.command),
    sessions: new PostgresWorkerSessions(pools.follower),
    offers: new PostgresTaskOffers(pools.follower, engine, databaseUrl),
    documents: new TextDocumentReader(),
    inputSchemas: new AjvInputSchemas(),
    authorize: new AllowEverything(),
    clock,
    entropy: new SystemEntropy(),
    partitions,
    keeping,
    exchange,
  };
}

function lifeOf({ engine }: Orchestration, { lane, locks, pools, reading }: Reach & { readonly reading: Reading }) {
  let started = false;
  return {
    async start() {
      started = true;
      await locks.forgetOld();
      await engine.start();
    },
    async close() {
      if (started) await engine.stop();
      await Promise.all([lane.close(), pools.close(), reading.close()]);
    },
  };
}
