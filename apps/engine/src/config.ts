import {
  brokerSettings,
  loadEnvFile,
  poolSettings,
  readConfiguration,
  setting,
  shardSettings,
} from '@orrery/infrastructure';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: setting.databaseUrl.describe('The PostgreSQL that holds the log.'),
  ...shardSettings,
  ...poolSettings,
  ...brokerSettings,
  REDIS_URL: setting.redisUrl.optional().describe('The Redis that keeps what was read of runs, for a while.'),
  ENGINE_HOST: setting.text.default('127.0.0.1').describe('The address at which the probes are answered.'),
  ENGINE_PORT: setting.port(8001).describe('The port at which the probes are answered.'),
  ORRERY_RETENTION: setting.duration.optional().describe('How long ended runs are kept; then they are deleted.'),
  ORRERY_FEED_WINDOW: setting.duration.prefault('7d').describe('How long the events of deleted runs are kept.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.text.optional().describe('Where traces are sent; unset, there are none.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting.text.optional().describe('The same, of traces alone: the whole URL.'),
  LOG_LEVEL: setting.logLevel('info').describe('What is logged, on standard error.'),
});

/** Where several databases have the data, the one is not named. */
const schemaOfShards = schema.partial({ DATABASE_URL: true });

export type Config = Readonly<z.output<typeof schemaOfShards>>;

/** The settings of this process, from its environment and from a `.env` file beside which it runs. */
export function readConfig(): Config {
  loadEnvFile();
  return readConfiguration(process.env['DATABASE_SHARDS'] ? schemaOfShards : schema, process.env);
}
