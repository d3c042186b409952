import {
  brokerSettings,
  loadEnvFile,
  poolSettings,
  readConfiguration,
  setting,
  shardSettings,
} from '@orrery/infrastructure';
import { z } from 'zod';
import { requestSettings } from './request-settings.js';

const schema = z.object({
  DATABASE_URL: setting.databaseUrl.describe('The PostgreSQL that holds the log.'),
  DATABASE_REPLICA_URLS: setting.databaseUrls.describe('Streaming replicas of it, which answer queries.'),
  ...shardSettings,
  ...poolSettings,
  ...brokerSettings,
  REDIS_URL: setting.redisUrl.optional().describe('The Redis that keeps what was read of runs, for a while.'),
  API_HOST: setting.text.default('127.0.0.1').describe('The address the API listens on.'),
  API_PORT: setting.port(8000).describe('The port the API listens on.'),
  ...requestSettings,
  API_DRAIN_DELAY_MS: setting
    .wholeNumber(0, 60_000, 0)
    .describe('How long it goes on serving after it was told to stop, so that a load balancer has noticed.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.text.optional().describe('Where traces are sent; unset, there are none.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting.text.optional().describe('The same, of traces alone: the whole URL.'),
  LOG_LEVEL: setting.logLevel('info').describe('What is logged, on standard error.'),
  ENVIRONMENT: z
    .enum(['development', 'test', 'staging', 'production'], 'must be development, test, staging or production')
    .default('development')
    .describe('What this installation is. In development the log is for reading, else it is JSON.'),
});

/** Where several databases have the data, the one is not named. */
const schemaOfShards = schema.partial({ DATABASE_URL: true });

export type Config = Readonly<z.output<typeof schemaOfShards>>;

/** The settings of this process: its environment, then a `.env` file beside which it runs. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = ownEnvironment()): Config {
  return readConfiguration(environment['DATABASE_SHARDS'] ? schemaOfShards : schema, environment);
}

function ownEnvironment() {
  loadEnvFile();
  return process.env;
}
