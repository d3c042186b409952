import { hostname } from 'node:os';
import {
  brokerSettings,
  httpSettings,
  loadEnvFile,
  logSettings,
  readConfiguration,
  setting,
} from '@orrery/infrastructure';
import { z } from 'zod';

const workerId = z
  .string()
  .regex(/^[A-Za-z0-9_.:@~/+-]{1,128}$/, 'must be 1 to 128 letters, digits and _.:@~/+-')
  .default(`${hostname().replace(/[^A-Za-z0-9_.-]/g, '-')}-${process.pid}`);

const schema = z.object({
  ORRERY_URL: setting.workerUrl.default('http://127.0.0.1:8000').describe('Where the API answers, or the RabbitMQ is.'),
  RABBITMQ_PREFIX: brokerSettings.RABBITMQ_PREFIX,
  RABBITMQ_DURABLE_TASKS: brokerSettings.RABBITMQ_DURABLE_TASKS,
  WORKER_ID: workerId.describe('The name of this worker: no other may have it at the same time.'),
  WORKER_SLOTS: setting.wholeNumber(1, 10_000, 100).describe('How many tasks are done at once.'),
  ...httpSettings,
  ...logSettings,
});

export type Config = Readonly<z.output<typeof schema>>;

/** The settings of this process, from its environment and from a `.env` file beside which it runs. */
export function readConfig(): Config {
  loadEnvFile();
  return readConfiguration(schema, process.env);
}
