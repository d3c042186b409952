import { describe, it } from '@jest/globals';
import { hasPrivateRedis } from './private-redis.js';
import { redisUrl } from './test-redis.js';

const url = await redisUrl();

/** Describes what needs a Redis; where none answers, it is listed as skipped. */
export function describeRedis(name: string, specs: (url: string) => void): void {
  if (url !== undefined) return describe(name, () => specs(url));
  describe.skip(`${name} (needs Redis: none answers; ORRERY_TEST_REDIS_URL names one)`, () =>
    it('keeps its word', () => undefined));
}

/** Describes what needs a Redis of its own, to kill; where none is installed, it is listed as skipped. */
export function describePrivateRedis(name: string, specs: () => void): void {
  if (hasPrivateRedis()) return describe(name, specs);
  describe.skip(`${name} (needs redis-server, to start one of its own)`, () => it('keeps its word', () => undefined));
}
