import { createLogger, httpTask, InvalidConfiguration } from '@orrery/infrastructure';
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
const log = createLogger('worker', config.LOG_LEVEL);
const http = httpTask({ allow: config.ORRERY_HTTP_ALLOW });
const { ORRERY_URL: url, WORKER_ID: workerId, WORKER_SLOTS: concurrency } = config;

try {
  await worker({ url, workerId, concurrency, log }).task('http', outside(http.handler)).run();
} catch (error) {
  if (!(error instanceof WorkerRefused)) throw error;
  process.exitCode = 5;
}
await http.close();
process.exit();
