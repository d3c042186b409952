import { takeCommands } from '@orrery/amqp';
import {
  brokerMetrics,
  brokerOptions,
  createLogger,
  InvalidConfiguration,
  logErrors,
  observeProcess,
  openBroker,
  openOrchestration,
  openRedis,
  poolSizes,
  VERSION,
} from '@orrery/infrastructure';
import { type Config, readConfig } from './config.js';
import { serveProbes } from './serve-probes.js';

/** A stop that takes longer than this is ended the hard way: a peer takes over what was left. */
const STOP_WITHIN_MS = 30_000;

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

// The engine as a process of its own: it owns partitions of the log, and does what is due in them.
const config = settings();
const logger = createLogger('engine', config.LOG_LEVEL);
const observed = await observeProcess('engine', config);
let phase: 'starting' | 'working' | 'stopping' = 'starting';

const brokerAt = brokerOptions(config);
const broker =
  brokerAt && openBroker({ ...brokerAt, onError: logErrors(logger), listener: brokerMetrics(observed.metrics) });
const redis =
  config.REDIS_URL === undefined
    ? undefined
    : openRedis({ url: config.REDIS_URL, onError: logErrors(logger), metrics: observed.metrics });
const { orchestration, start, close } = await openOrchestration({
  databaseUrl: config.DATABASE_URL,
  pools: poolSizes(config),
  version: VERSION,
  observers: observed.observers,
  metrics: observed.metrics,
  exchange: broker?.exchange,
  redis,
  onError: logErrors(logger),
  onWarning: (words) => logger.warn(words),
  keeping: { endedRunsMs: config.ORRERY_RETENTION ?? null, deletedRunsMs: config.ORRERY_FEED_WINDOW },
});
const probes = await serveProbes(config.ENGINE_HOST, config.ENGINE_PORT, {
  started: () => phase !== 'starting',
  ready: async () => phase === 'working' && (await orchestration.ports.ownership.confirm()),
  metrics: observed.metrics,
});
await start();
const taking =
  broker && (await takeCommands(broker, { orchestration, onError: logErrors(logger), metrics: observed.metrics }));
phase = 'working';
logger.info({ version: VERSION, port: probes.port }, 'the engine works');

async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
  await taking?.stop();
  await close();
  await Promise.all([broker?.close(), redis?.close(), probes.close(), observed.close()]);
  process.exit(0);
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second word is an order.
    if (phase === 'stopping') process.exit(code);
    phase = 'stopping';
    logger.info({ signal }, 'what is decided is committed, and the partitions are let go');
    void stop();
  });
}
