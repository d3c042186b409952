import type { ChangeFanOut, StreamCache } from '@orrery/application';
import { Gauge, type Registry } from 'prom-client';
import type { Installation } from '../log/installation.js';
import type { RateLimit, RateLimiter } from '../rate-limits/rate-limiter.js';
import { RedisRateLimiter } from '../rate-limits/redis-rate-limiter.js';
import { type LinkOptions, RedisLink } from './redis-link.js';
import { RedisChangeFanOut } from './redis-change-fan-out.js';
import { RedisStreamCache } from './redis-stream-cache.js';

export interface RedisOptions extends LinkOptions {
  readonly metrics?: Registry;
}

/** A Redis, as a process has it: there or away, it is opened at once. */
export interface OpenRedis {
  /** What it keeps for an installation. */
  streamCache(installation: Installation): StreamCache;
  /** Where the processes of an installation tell each other what they commit. */
  changeFanOut(installation: Installation): ChangeFanOut;
  /** Counts the requests of clients for all processes of an installation. */
  rateLimiter(installation: Installation, limit: RateLimit): RateLimiter;
  /** Why it is not asked just now, in words; nothing if it is. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/** What is kept is of this format: another one has names of its own. */
const FORMAT = 1;

/** Opens a Redis. Nobody waits for it, and nothing is lost with it. */
export function openRedis({ metrics, ...options }: RedisOptions): OpenRedis {
  const link = new RedisLink(options);
  if (metrics) observeLink(metrics, link);
  return {
    streamCache: (installation) => new RedisStreamCache(link, prefixOf(installation)),
    changeFanOut: (installation) => new RedisChangeFanOut(link, `${prefixOf(installation)}:changes`),
    rateLimiter: (installation, limit) => new RedisRateLimiter(link, `${prefixOf(installation)}:rate`, limit),
    trouble: () => link.trouble,
    close: () => link.close(),
  };
}

/** Two installations on one Redis never meet, nor does one before a fail-over and after it. */
function prefixOf({ epoch: { systemIdentifier, timeline }, databaseId }: Installation): string {
  return `orrery:${FORMAT}:${systemIdentifier}:${timeline}:${databaseId}`;
}

function observeLink(registry: Registry, link: RedisLink): void {
  const up: Gauge = new Gauge({
    name: 'orrery_redis_up',
    help: 'Whether Redis answers: 1 or 0.',
    registers: [registry],
    collect: () => up.set(link.trouble === undefined ? 1 : 0),
  });
}
