import { readFileSync } from 'node:fs';
import { createLogger, openOrchestration } from '@orrery/infrastructure';
import { pino } from 'pino';
import { createApi } from './api-app.js';
import { readConfig } from './config.js';
import { describeError } from './logging/describe-error.js';
import { readableLog } from './logging/readable-log.js';

// The API as a process of its own, over a database that engines work on: it takes commands and answers questions.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const config = readConfig();
const logger =
  config.ENVIRONMENT === 'development'
    ? pino({ name: 'api', level: config.LOG_LEVEL }, readableLog(process.stderr))
    : createLogger('api', config.LOG_LEVEL);

const { orchestration, close } = await openOrchestration({
  databaseUrl: config.DATABASE_URL,
  version,
  onError: (error) => logger.error({ error: describeError(error) }, 'something failed that nobody waited for'),
  onWarning: (words) => logger.warn(words),
});
const api = await createApi({
  orchestration,
  version,
  logger,
  options: {
    host: config.API_HOST,
    port: config.API_PORT,
    corsOrigins: config.API_CORS_ORIGINS,
    drainDelayMs: config.API_DRAIN_DELAY_MS,
  },
});
logger.info({ url: await api.listen(), version }, 'the API answers');

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait.
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping = true;
    logger.info({ signal }, 'stopping');
    void api
      .close()
      .then(close)
      .then(() => process.exit(0));
  });
}
