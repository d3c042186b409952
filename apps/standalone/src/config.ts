import { requestSettings } from '@orrery/api';
import {
  brokerSettings,
  httpSettings,
  loadEnvFile,
  poolSettings,
  readConfiguration,
  setting,
  shardSettings,
} from '@orrery/infrastructure';
import { z } from 'zod';
import type { Arguments } from './arguments.js';

const schema = z.object({
  DATABASE_URL: setting.databaseUrl.optional().describe('The PostgreSQL to use instead of one of our own.'),
  DATABASE_REPLICA_URLS: setting.databaseUrls.describe('Streaming replicas of it, which answer queries.'),
  ...shardSettings,
  ...poolSettings,
  ...brokerSettings,
  REDIS_URL: setting.redisUrl.optional().describe('The Redis that keeps what was read of runs, for a while.'),
  ORRERY_DATA: setting.text.default('.orrery').describe('The directory of our own PostgreSQL, made when missing.'),
  API_HOST: setting.text.default('127.0.0.1').describe('The address the API listens on.'),
  API_PORT: setting.port(8000).describe('The port the API listens on.'),
  ...requestSettings,
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.text.optional().describe('Where traces are sent; unset, there are none.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting.text.optional().describe('The same, of traces alone: the whole URL.'),
  LOG_LEVEL: setting.logLevel('warn').describe('What is logged, on standard error.'),
  ORRERY_RETENTION: setting.duration.optional().describe('How long ended runs are kept; then they are deleted.'),
  ORRERY_FEED_WINDOW: setting.duration.prefault('7d').describe('How long the events of deleted runs are kept.'),
  ...httpSettings,
});

export type Config = Readonly<z.output<typeof schema>>;

/** The settings of this process: the command line, then the environment, then a `.env` file beside which it runs. */
export function readConfig({ port, data }: Arguments): Config {
  loadEnvFile();
  const said = {
    ...(port === undefined ? {} : { API_PORT: String(port) }),
    ...(data === undefined ? {} : { ORRERY_DATA: data }),
  };
  return readConfiguration(schema, { ...process.env, ...said });
}
