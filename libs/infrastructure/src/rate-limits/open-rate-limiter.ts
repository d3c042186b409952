import type { Installation } from '../log/installation.js';
import type { OpenRedis } from '../redis/open-redis.js';
import { MemoryRateLimiter, type RateLimit, type RateLimiter } from './rate-limiter.js';

/** What counts requests: a Redis, where there is one, for all processes of the installation. Nothing without a limit. */
export function openRateLimiter(
  limit: RateLimit,
  installation: Installation,
  redis: OpenRedis | undefined,
): RateLimiter | undefined {
  if (limit.perMinute === 0) return undefined;
  return redis ? redis.rateLimiter(installation, limit) : new MemoryRateLimiter(limit);
}
