import type { OpenRedis } from '@orrery/infrastructure';
import type { HealthCheck } from './health-check.js';

/** Without its cache a process reads from the database, which is slower and no less right. */
export function cacheCheck(redis: Pick<OpenRedis, 'trouble'> | undefined): readonly HealthCheck[] {
  if (!redis) return [];
  const look: HealthCheck['look'] = () => {
    const reason = redis.trouble();
    return reason === undefined ? { status: 'ok' } : { status: 'degraded', reason };
  };
  return [{ name: 'cache', look }];
}
