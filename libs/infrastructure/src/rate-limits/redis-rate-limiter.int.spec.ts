import { afterEach, describe, expect, it } from '@jest/globals';
import { startProxy } from '../rabbitmq/testing/cuttable-proxy.js';
import { type OpenRedis, openRedis } from '../redis/open-redis.js';
import { describeRedis } from '../redis/testing/describe-redis.js';
import { PATIENT_MS, untilUp, someInstallation } from '../redis/testing/some-installation.js';
import { openRateLimiter } from './open-rate-limiter.js';

const LIMIT = { perMinute: 2, burst: 1 };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(url: string): Promise<OpenRedis> {
  const redis = openRedis({ url, answerWithinMs: PATIENT_MS, onError: () => undefined });
  closing.push(() => redis.close());
  await untilUp(redis, true);
  return redis;
}

describe('Where requests are counted', () => {
  it('there is nothing without a limit', () => {
    expect(openRateLimiter({ perMinute: 0, burst: 20 }, someInstallation(), undefined)).toBeUndefined();
  });

  it('a process alone counts its own', async () => {
    const limiter = openRateLimiter(LIMIT, someInstallation(), undefined)!;
    const taken = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
    expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false]);
    expect(taken.map(({ left }) => left)).toEqual([1, 0, 0, 0]);
    expect(taken[3]!.resetsInMs).toBeGreaterThan(0);
    expect((await limiter.take('b')).isAllowed).toBe(true);
  });
});

describeRedis('Requests that are counted in Redis', (url) => {
  it('are those of all processes of an installation, and of no other', async () => {
    const mine = someInstallation();
    const one = openRateLimiter(LIMIT, mine, await open(url))!;
    const other = openRateLimiter(LIMIT, mine, await open(url))!;
    const foreign = openRateLimiter(LIMIT, someInstallation(), await open(url))!;
    expect(await one.take('a')).toMatchObject({ isAllowed: true, left: 1 });
    expect(await other.take('a')).toMatchObject({ isAllowed: true, left: 0 });
    expect(await one.take('a')).toMatchObject({ isAllowed: true, left: 0 });
    expect(await other.take('a')).toMatchObject({ isAllowed: false });
    expect(await one.take('a')).toMatchObject({ isAllowed: false });
    expect(await foreign.take('a')).toMatchObject({ isAllowed: true, left: 1 });
  });

  it('are counted by each process alone while it is away, and nobody waits for it', async () => {
    const proxy = await startProxy(new URL(url));
    closing.push(() => proxy.close());
    const redis = await open(proxy.url);
    const limiter = openRateLimiter(LIMIT, someInstallation(), redis)!;
    await limiter.take('a');
    proxy.shut();
    await untilUp(redis, false);
    const alone = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
    expect(alone.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false]);
    proxy.open();
    await untilUp(redis, true);
    expect(await limiter.take('a')).toMatchObject({ isAllowed: true, left: 0 });
  });
});
