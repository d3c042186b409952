import { fileURLToPath } from 'node:url';
import { takeCommands } from '@orrery/amqp';
import {
  type Living,
  VERSION,
  brokerOptions,
  createLogger,
  databasesOf,
  live,
  logErrors,
  logLevelOf,
  observeProcess,
  openBroker,
  openDatabases,
  openRateLimiter,
  openRedis,
  poolSizes,
} from '@orrery/infrastructure';
import { createApi } from './api-app.js';
import { requestOptions } from './api-settings.js';
import { readConfig } from './config.js';
import { replicaChecks } from './monitoring/replica-checks.js';
import { readableLog } from './logging/readable-log.js';
import { brokerCheck } from './monitoring/broker-check.js';
import { cacheCheck } from './monitoring/cache-check.js';

// Beside the bundle.
const CONSOLE = fileURLToPath(new URL('./console/', import.meta.url));

/** A stop that takes longer than this is ended the hard way. */
const STOP_WITHIN_MS = 35_000;

// The API as a process of its own, over a database that engines work on: it takes commands and answers questions.
async function start(): Promise<Living> {
  const config = readConfig();
  const { API_HOST: host, API_PORT: port, API_DRAIN_DELAY_MS: drainDelayMs } = config;
  const forReading = config.ENVIRONMENT === 'development' ? readableLog(process.stderr) : undefined;
  const logger = createLogger('api', logLevelOf(config, 'info'), forReading);
  const onError = logErrors(logger);
  const { metrics, tracer, observers, close: flush } = await observeProcess('api', config);
  const redis = config.REDIS_URL === undefined ? undefined : openRedis({ url: config.REDIS_URL, onError, metrics });
  const {
    orchestration,
    installation,
    replicas,
    close: closeDatabase,
  } = await openDatabases({
    ...databasesOf(config),
    pools: poolSizes(config),
    redis,
    metrics,
    version: VERSION,
    observers,
    onError,
    onWarning: (words) => logger.warn(words),
  });
  const { rateLimit, ...asked } = requestOptions(config);
  const options = { host, port, drainDelayMs, consoleDirectory: CONSOLE, ...asked };
  const limiter = openRateLimiter(rateLimit, installation, redis);
  const brokerAt = brokerOptions(config);
  const broker = brokerAt && openBroker({ ...brokerAt, onError });
  const taking = broker && (await takeCommands(broker, { orchestration, metrics, onError }));
  const checks = [...replicaChecks(replicas), ...brokerCheck(broker), ...cacheCheck(redis)];
  const api = await createApi({ orchestration, version: VERSION, logger, metrics, tracer, checks, limiter, options });
  logger.info({ version: VERSION, url: await api.listen() }, 'the API answers');
  const close = async () => {
    await api.close();
    await taking?.stop();
    await closeDatabase();
    await Promise.all([broker?.close(), redis?.close(), flush()]);
  };
  return { close, stopWithinMs: STOP_WITHIN_MS + drainDelayMs };
}

await live(start);
