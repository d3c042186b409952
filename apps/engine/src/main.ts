import { takeCommands } from '@orrery/amqp';
import {
  type Living,
  VERSION,
  brokerMetrics,
  brokerOptions,
  createLogger,
  databasesOf,
  keepingOf,
  live,
  logErrors,
  logLevelOf,
  observeProcess,
  once,
  openBroker,
  openDatabases,
  openRedis,
  poolSizes,
  prepareDatabase,
} from '@orrery/infrastructure';
import { readConfig } from './config.js';
import { serveProbes } from './serve-probes.js';

/** A stop that takes longer than this is ended the hard way: a peer takes over what was left. */
const STOP_WITHIN_MS = 30_000;

// The engine as a process of its own: it owns partitions of the log, and does what is due in them.
async function start(): Promise<Living> {
  const config = readConfig();
  const logger = createLogger('engine', logLevelOf(config, 'info'));
  const onError = logErrors(logger);
  const { metrics, observers, close: flush } = await observeProcess('engine', config);
  let phase: 'starting' | 'working' | 'stopping' = 'starting';
  const brokerAt = brokerOptions(config);
  const broker = brokerAt && openBroker({ ...brokerAt, onError, listener: brokerMetrics(metrics) });
  const redis = config.REDIS_URL === undefined ? undefined : openRedis({ url: config.REDIS_URL, onError, metrics });
  const engine = await openDatabases({
    ...databasesOf(config),
    pools: poolSizes(config),
    version: VERSION,
    observers,
    metrics,
    exchange: broker?.exchange,
    redis,
    onError,
    onWarning: (words) => logger.warn(words),
    keeping: keepingOf(config),
  });
  const { orchestration } = engine;
  const probes = await serveProbes(config.ENGINE_HOST, config.ENGINE_PORT, {
    started: () => phase !== 'starting',
    ready: async () => phase === 'working' && (await orchestration.ports.ownership.confirm()),
    metrics,
  });
  await engine.start();
  const taking = broker && (await takeCommands(broker, { orchestration, onError, metrics }));
  phase = 'working';
  logger.info({ version: VERSION, port: probes.port }, 'the engine works');
  const close = async () => {
    phase = 'stopping';
    logger.info('what is decided is committed, and the partitions are let go');
    await taking?.stop();
    await engine.close();
    await Promise.all([broker?.close(), redis?.close(), probes.close(), flush()]);
  };
  return { close, stopWithinMs: STOP_WITHIN_MS };
}

/** Brings the schema up to date, and nothing else: where the processes that work have no right to. */
async function prepare(): Promise<void> {
  const config = readConfig();
  const logger = createLogger('engine', logLevelOf(config, 'info'));
  const { shards, databaseUrl } = databasesOf(config);
  for (const url of shards?.map((shard) => shard.databaseUrl) ?? [databaseUrl!]) {
    const applied = await prepareDatabase(url, (words) => logger.warn(words));
    logger.info({ applied }, 'the schema is up to date');
  }
}

const [verb] = process.argv.slice(2);
if (verb === undefined) await live(start);
else if (verb === 'migrate') await once(prepare);
else {
  console.error(
    `An engine has nothing to do with "${verb}": say "migrate" to bring the schema up to date, or nothing.`,
  );
  process.exitCode = 2;
}
