import { InvalidConfiguration, VERSION, createLogger, logErrors, openOrchestration } from '@orrery/infrastructure';
import { createApi } from './api-app.js';
import { type Config, readConfig } from './config.js';
import { readableLog } from './logging/readable-log.js';

/** A stop that takes longer than this is ended the hard way. */
const STOP_WITHIN_MS = 35_000;

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

// The API as a process of its own, over a database that engines work on: it takes commands and answers questions.
const config = settings();
const forReading = config.ENVIRONMENT === 'development' ? readableLog(process.stderr) : undefined;
const logger = createLogger('api', config.LOG_LEVEL, forReading);

const { orchestration, close } = await openOrchestration({
  databaseUrl: config.DATABASE_URL,
  version: VERSION,
  onError: logErrors(logger),
  onWarning: (words) => logger.warn(words),
});
const api = await createApi({
  orchestration,
  version: VERSION,
  logger,
  options: {
    host: config.API_HOST,
    port: config.API_PORT,
    corsOrigins: config.API_CORS_ORIGINS,
    drainDelayMs: config.API_DRAIN_DELAY_MS,
  },
});
logger.info({ version: VERSION, url: await api.listen() }, 'the API answers');

let stopping = false;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second word is an order.
    if (stopping) process.exit(code);
    stopping = true;
    logger.info({ signal }, 'what is under way is answered, and nothing new is taken');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS + config.API_DRAIN_DELAY_MS).unref();
    void api
      .close()
      .then(close)
      .then(() => process.exit(0));
  });
}
