import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  AllowEverything,
  type EventExchange,
  type Keeping,
  type Orchestration,
  type OrchestrationPorts,
} from '@orrery/application';
import type { Registry } from 'prom-client';
import { TextDocumentReader } from '../documents/text-document-reader.js';
import { AjvInputSchemas } from '../input-schemas/ajv-input-schemas.js';
import type { Installation } from '../log/installation.js';
import { type Observer, assembleObserved } from '../monitoring/observer.js';
import type { EngineIdentity } from '../ownership/postgres-locks.js';
import type { PoolSizes } from '../postgres/pools.js';
import type { OpenRedis } from '../redis/open-redis.js';
import type { ReplicaState } from '../replicas/replica.js';
import { SystemClock } from '../system/system-clock.js';
import { SystemEntropy } from '../system/system-entropy.js';
import { type OpenDatabase, connectDatabase, installDatabase, warnOfPartitions } from './open-database.js';
import { openReading } from './open-reading.js';

/** How an orchestration is opened, wherever its data is. */
export interface OpenOptions {
  /** Which release this process is, for its peers. */
  readonly version: string;
  /** Told of bugs, and of what passes by itself and should be known. */
  readonly onError: (error: unknown) => void;
  /** Told in a sentence what is odd, but no reason not to start. */
  readonly onWarning?: (words: string) => void;
  /** How many partitions a new installation is made with. One that is in use keeps the number it has. */
  readonly partitions?: number;
  readonly pools?: Partial<PoolSizes>;
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

export interface OrchestrationOptions extends OpenOptions {
  readonly databaseUrl: string;
  /** Streaming replicas of it, which answer what decides nothing. */
  readonly replicaUrls?: readonly string[];
}

/** The context over a PostgreSQL, or over several, ready to be used. */
export interface OpenOrchestration {
  readonly orchestration: Orchestration;
  readonly installation: Installation;
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
  const { databaseUrl, partitions, pools, onWarning = () => undefined } = options;
  const installation = await installDatabase({ databaseUrl, partitions, onWarning });
  warnOfPartitions(options, installation, 'the database was');
  const life = newLife(options);
  const database = await connectDatabase({ databaseUrl, pools, ...life }, installation);
  return putToWork(options, { databases: [database], ports: database.ports, installation }, life);
}

/** A process among its peers, from its start to its end. */
export interface Life {
  readonly engine: EngineIdentity;
  /** Told of connections that broke while nobody used them. */
  readonly onBroken: (error: unknown) => void;
  isClosing: boolean;
}

export function newLife({ version, onError }: Pick<OpenOptions, 'version' | 'onError'>): Life {
  const life: Life = {
    engine: { id: randomUUID(), host: hostname(), version },
    // A connection that is being closed may hear that the server stops, which by then is nobody's trouble.
    onBroken: (error) => (life.isClosing ? undefined : onError(error)),
    isClosing: false,
  };
  return life;
}

/** Where the data is: the databases, and what is kept in all of them together. */
export interface OpenedDatabases {
  readonly databases: readonly OpenDatabase[];
  readonly ports: Pick<OrchestrationPorts, keyof OpenDatabase['ports']>;
  readonly installation: Installation;
}

/** Puts the contexts to work on databases that are open. */
export function putToWork(
  options: OpenOptions & Partial<Pick<OrchestrationOptions, 'databaseUrl' | 'replicaUrls'>>,
  { databases, ports, installation }: OpenedDatabases,
  life: Life,
): OpenOrchestration {
  const fanOut = options.redis?.changeFanOut(installation);
  const primary = { ...ports, ...otherPorts(options), fanOut, partitions: installation.partitions };
  const reading = openReading(options, primary, installation);
  const orchestration = assembleObserved({ ...primary, ...reading.ports }, options.observers ?? []);
  reading.follow(orchestration);
  const { engine } = orchestration;
  return {
    orchestration,
    installation,
    replicas: reading.states,
    async start() {
      await Promise.all(databases.map(({ locks }) => locks.forgetOld()));
      await engine.start();
    },
    async close() {
      life.isClosing = true;
      if (engine.isAtWork) await engine.stop();
      await Promise.all([...databases.map((database) => database.close()), reading.close()]);
    },
  };
}

/** What does not depend on where the data is. */
function otherPorts({ keeping, exchange, onError }: OpenOptions) {
  return {
    documents: new TextDocumentReader(),
    inputSchemas: new AjvInputSchemas(),
    authorize: new AllowEverything(),
    clock: new SystemClock(),
    entropy: new SystemEntropy(),
    keeping,
    exchange,
    onError,
  };
}
