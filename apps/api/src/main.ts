import { takeCommands } from '@orrery/amqp';
import { Unavailable } from '@orrery/domain';
import {
  InvalidConfiguration,
  VERSION,
  brokerOptions,
  createLogger,
  logErrors,
  observeProcess,
  openBroker,
  openOrchestration,
  openRedis,
  poolSizes,
} from '@orrery/infrastructure';
import { type Api, createApi } from './api-app.js';
import { readConfig } from './config.js';
import { replicaChecks } from './monitoring/replica-checks.js';
import { readableLog } from './logging/readable-log.js';
import { brokerCheck } from './monitoring/broker-check.js';
import { cacheCheck } from './monitoring/cache-check.js';

/** A stop that takes longer than this is ended the hard way. */
const STOP_WITHIN_MS = 35_000;

// The API as a process of its own, over a database that engines work on: it takes commands and answers questions.
async function start(): Promise<{ readonly api: Api; close(): Promise<void>; readonly stopWithinMs: number }> {
  const config = readConfig();
  const { API_HOST: host, API_PORT: port, API_CORS_ORIGINS: corsOrigins, API_DRAIN_DELAY_MS: drainDelayMs } = config;
  const forReading = config.ENVIRONMENT === 'development' ? readableLog(process.stderr) : undefined;
  const logger = createLogger('api', config.LOG_LEVEL, forReading);
  const onError = logErrors(logger);
  const { metrics, tracer, observers, close: flush } = await observeProcess('api', config);
  const redis = config.REDIS_URL === undefined ? undefined : openRedis({ url: config.REDIS_URL, onError, metrics });
  const {
    orchestration,
    replicas,
    close: closeDatabase,
  } = await openOrchestration({
    databaseUrl: config.DATABASE_URL,
    replicaUrls: config.DATABASE_REPLICA_URLS,
    pools: poolSizes(config),
    redis,
    metrics,
    version: VERSION,
    observers,
    onError,
    onWarning: (words) => logger.warn(words),
  });
  const options = { host, port, corsOrigins, drainDelayMs };
  const brokerAt = brokerOptions(config);
  const broker = brokerAt && openBroker({ ...brokerAt, onError });
  const taking = broker && (await takeCommands(broker, { orchestration, metrics, onError }));
  const close = async () => {
    await taking?.stop();
    await closeDatabase();
    await Promise.all([broker?.close(), redis?.close(), flush()]);
  };
  const checks = [...replicaChecks(replicas), ...brokerCheck(broker), ...cacheCheck(redis)];
  const api = await createApi({ orchestration, version: VERSION, logger, metrics, tracer, checks, options });
  logger.info({ version: VERSION, url: await api.listen() }, 'the API answers');
  return { api, close, stopWithinMs: STOP_WITHIN_MS + drainDelayMs };
}

/** What keeps it from starting is told in words where it is no bug of ours; the exit codes are those of every command. */
function giveUp(error: unknown): never {
  const code = error instanceof InvalidConfiguration ? 2 : error instanceof Unavailable ? 6 : 1;
  console.error(code === 1 ? error : (error as Error).message);
  process.exit(code);
}

const { api, close, stopWithinMs } = await start().catch(giveUp);
let stopping = false;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second word is an order.
    if (stopping) process.exit(code);
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    void api
      .close()
      .then(close)
      .then(() => process.exit(0), giveUp);
  });
}
