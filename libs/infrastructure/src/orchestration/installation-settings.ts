import type { Keeping } from '@orrery/application';
import * as setting from '../configuration/settings.js';
import { poolSettings } from '../postgres/pool-settings.js';
import { brokerSettings } from '../rabbitmq/broker-settings.js';
import { shardSettings } from '../sharding/shard-settings.js';

/** The settings of every process of an installation: what it works on, and where it tells of it. */
export const installationSettings = {
  ...shardSettings,
  ...poolSettings,
  ...brokerSettings,
  REDIS_URL: setting.redisUrl.optional().describe('The Redis that keeps what was read of runs, for a while.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.text.optional().describe('Where traces are sent; unset, there are none.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting.text.optional().describe('The same, of traces alone: the whole URL.'),
};

/** The settings of every process that moves runs: how long what is over is kept. */
export const keepingSettings = {
  ORRERY_RETENTION: setting.duration.optional().describe('How long ended runs are kept; then they are deleted.'),
  ORRERY_FEED_WINDOW: setting.duration.prefault('7d').describe('How long the events of deleted runs are kept.'),
};

interface KeepingConfig {
  readonly ORRERY_RETENTION?: number | undefined;
  readonly ORRERY_FEED_WINDOW: number;
}

/** What these settings say. */
export function keepingOf({ ORRERY_RETENTION, ORRERY_FEED_WINDOW }: KeepingConfig): Keeping {
  return { endedRunsMs: ORRERY_RETENTION ?? null, deletedRunsMs: ORRERY_FEED_WINDOW };
}
