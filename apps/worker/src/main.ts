import { createLogger, httpTask, InvalidConfiguration } from '@orrery/infrastructure';
import { type Config, readConfig } from './config.js';
import { RemoteWorker } from './remote-worker.js';

/** How long attempts under way may take after the word to stop: less than what a process is usually given. */
const DRAIN_MS = 25_000;

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

const worker = new RemoteWorker({
  url: config.ORRERY_URL,
  workerId: config.WORKER_ID,
  slots: config.WORKER_SLOTS,
  handlers: new Map([['http', http.handler]]),
  log,
  onRefused: (why) => {
    log.fatal(why);
    process.exit(5);
  },
});

async function stop(): Promise<void> {
  await worker.drain(DRAIN_MS);
  await http.close();
  process.exit(0);
}

let asked = 0;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    // The second word is an order.
    if (asked++ > 0) process.exit(code);
    log.info(`${signal}: what is under way is ended, and nothing new is taken`);
    void stop();
  });
}
worker.start();
