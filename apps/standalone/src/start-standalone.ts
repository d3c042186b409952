import { fileURLToPath } from 'node:url';
import { takeCommands } from '@orrery/amqp';
import { brokerCheck, cacheCheck, createApi, replicaChecks, requestOptions } from '@orrery/api';
import type { Orchestration } from '@orrery/application';
import { type OpenEngine, type Opened, openEngine } from '@orrery/embedded';
import {
  type Broker,
  type Logger,
  type ObservedProcess,
  type OpenRedis,
  VERSION,
  brokerMetrics,
  brokerOptions,
  databasesOf,
  describeError,
  httpOptions,
  keepingOf,
  logErrors,
  observeProcess,
  openBroker,
  openRateLimiter,
  openRedis,
  poolSizes,
} from '@orrery/infrastructure';
import type { Registry } from 'prom-client';
import type { Config } from './config.js';
import { demoHandlers } from './demo-handlers.js';
import type { Greeting } from './greeting.js';
import { assertPortFree, portError } from './port.js';

// Beside the bundle.
const CONSOLE = fileURLToPath(new URL('./console/', import.meta.url));

/** How many tasks the worker inside does at once. */
const SLOTS = 100;
/** How long attempts under way may take after the word to stop; what is left is done again at the next start. */
const FINISH_MS = 10_000;
/** How long requests may take after it, before that: the process gives itself half a minute for all of it. */
const API_STOP_WITHIN_MS = 10_000;

/** A server that answers. */
export interface Standalone {
  readonly orchestration: Orchestration;
  readonly greeting: Greeting;
}

export interface StandaloneParts {
  readonly config: Config;
  readonly logger: Logger;
  /** Remembers what is to be closed at the end, and in which order. */
  readonly opened: Opened;
  /** Whether the examples' tasks are done here. */
  readonly demos: boolean;
}

/** Starts everything in one process: the engine over its database, with a worker beside it, then the server. */
export async function startStandalone(parts: StandaloneParts): Promise<Standalone> {
  const { config, logger, opened } = parts;
  const { API_HOST: host, API_PORT: port } = config;
  const observed = await opened.add(
    () => observeProcess('standalone', config),
    ({ close }) => close(),
  );
  const { metrics, tracer } = observed;
  const broker = await startBroker(parts, metrics);
  const redis = await startRedis(parts, metrics);
  const { orchestration, installation, database, replicas } = await startEngine(parts, observed, { broker, redis });
  await startTaking(parts, { orchestration, metrics, broker });
  const { rateLimit, ...asked } = requestOptions(config);
  const options = { host, port, consoleDirectory: CONSOLE, stopWithinMs: API_STOP_WITHIN_MS, ...asked };
  const limiter = openRateLimiter(rateLimit, installation, redis);
  const checks = [...replicaChecks(replicas), ...brokerCheck(broker), ...cacheCheck(redis)];
  const api = await opened.add(
    () => createApi({ orchestration, options, version: VERSION, logger, metrics, tracer, checks, limiter }),
    ({ close }) => close(),
  );
  const listening = await api.listen().catch((error: NodeJS.ErrnoException) => {
    throw portError(error, host, port);
  });
  const url = reachable(listening);
  await database.announce(url);
  const { dataDirectory } = database;
  const shown = shownDatabase(config);
  return { orchestration, greeting: { version: VERSION, url, pid: process.pid, dataDirectory, database: shown } };
}

/** A broker is opened whether it answers or not: nothing here waits for it. */
async function startBroker(
  { config, logger, opened }: StandaloneParts,
  metrics: Registry,
): Promise<Broker | undefined> {
  const brokerAt = brokerOptions(config);
  if (!brokerAt) return undefined;
  return opened.add(
    () => openBroker({ ...brokerAt, onError: logErrors(logger), listener: brokerMetrics(metrics) }),
    ({ close }) => close(),
  );
}

/** Nor does anything wait for a Redis. */
async function startRedis(
  { config, logger, opened }: StandaloneParts,
  metrics: Registry,
): Promise<OpenRedis | undefined> {
  const { REDIS_URL: url } = config;
  if (url === undefined) return undefined;
  return opened.add(
    () => openRedis({ url, onError: logErrors(logger), metrics }),
    ({ close }) => close(),
  );
}

/** Takes commands of services from the broker, if there is one. */
async function startTaking(
  { logger, opened }: StandaloneParts,
  { orchestration, metrics, broker }: Around,
): Promise<void> {
  if (!broker) return;
  await opened.add(
    () => takeCommands(broker, { orchestration, metrics, onError: logErrors(logger) }),
    ({ stop }) => stop(),
  );
}

interface Around {
  readonly orchestration: Orchestration;
  readonly metrics: Registry;
  readonly broker: Broker | undefined;
}

/** The worker inside does `http` tasks, and those of the examples unless they are not wanted. */
async function startEngine(
  { config, logger, opened, demos }: StandaloneParts,
  { observers, metrics }: ObservedProcess,
  { broker, redis }: { readonly broker: Broker | undefined; readonly redis: OpenRedis | undefined },
): Promise<OpenEngine> {
  const { ORRERY_DATA: data, API_HOST: host, API_PORT: port } = config;
  const engine = await openEngine({
    ...databasesOf(config),
    pools: poolSizes(config),
    data,
    opened,
    claimed: () => assertPortFree(host, port),
    workerId: 'standalone',
    concurrency: SLOTS,
    drainMs: FINISH_MS,
    http: httpOptions(config),
    keeping: keepingOf(config),
    observers,
    metrics,
    exchange: broker?.exchange,
    redis,
    say: (line) => logger.info(line),
    onError: logErrors(logger),
    onWarning: (words) => logger.warn(words),
    onLateReport: (error) => logger.info({ error: describeError(error) }, 'the end of an attempt came too late'),
  });
  if (demos) for (const [type, handler] of demoHandlers) engine.worker.add(type, handler);
  return engine;
}

/** Where a browser on this machine gets to a server that listens everywhere. */
function reachable(listening: string): string {
  const url = new URL(listening);
  if (['0.0.0.0', '[::]'].includes(url.hostname)) url.hostname = '127.0.0.1';
  return url.origin;
}

function shownDatabase({ DATABASE_URL: url, DATABASE_SHARDS: shards }: Config): string | null {
  if (shards) return `${shards.length} databases: ${shards.map(({ name }) => name).join(', ')} (DATABASE_SHARDS)`;
  if (url === undefined) return null;
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname}:${port || 5432}${pathname} (DATABASE_URL)`;
}
