import {
  createLogger,
  httpOptions,
  httpTask,
  logLevelOf,
  InvalidConfiguration,
  watchCircuits,
} from '@orrery/infrastructure';
import { WorkerRefused, worker } from '@orrery/sdk';
import { type Config, readConfig } from './config.js';
import { outside } from './outside.js';

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const config = settings();
const log = createLogger('worker', logLevelOf(config, 'info'));
const http = httpTask({ ...httpOptions(config), listener: watchCircuits((words) => log.warn(words)) });
const { ORRERY_URL: url, WORKER_ID: workerId, WORKER_SLOTS: concurrency } = config;
// Where the URL is not that of a broker, nothing is made of these.
const broker = { prefix: config.RABBITMQ_PREFIX, durable: config.RABBITMQ_DURABLE_TASKS };

try {
  await worker({ url, broker, workerId, concurrency, log }).task('http', outside(http.handler)).run();
} catch (error) {
  if (!(error instanceof WorkerRefused)) throw error;
  process.exitCode = 5;
}
await http.close();
process.exit();
