import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Installation } from '../log/installation.js';
import { startProxy } from '../rabbitmq/testing/cuttable-proxy.js';
import { type OpenRedis, openRedis } from '../redis/open-redis.js';
import { describeRedis } from '../redis/testing/describe-redis.js';
import { openRateLimiter } from './open-rate-limiter.js';

const LIMIT = { perMinute: 2, burst: 1 };
/** A busy machine may take its time: an answer is waited for until it comes. */
const PATIENT_MS = 10_000;

const installation = (databaseId = randomBytes(6).toString('hex')): Installation => ({
  partitions: 16,
  epoch: { systemIdentifier: 'test', timeline: 1 },
  databaseId,
  found: 'same',
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const until = async (redis: OpenRedis, isUp: boolean) => {
  while ((redis.trouble() === undefined) !== isUp) await pause(5);
};

async function open(url: string): Promise<OpenRedis> {
  const redis = openRedis({ url, answerWithinMs: PATIENT_MS, onError: () => undefined });
  closing.push(() => redis.close());
  await until(redis, true);
  return redis;
}

describe('Where requests are counted', () => {
  it('there is nothing without a limit', () => {
    expect(openRateLimiter({ perMinute: 0, burst: 20 }, installation(), undefined)).toBeUndefined();
  });

  it('a process alone counts its own', async () => {
    const limiter = openRateLimiter(LIMIT, installation(), undefined)!;
    const taken = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
    expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false]);
    expect(taken.map(({ left }) => left)).toEqual([1, 0, 0, 0]);
    expect(taken[3]!.resetsInMs).toBeGreaterThan(0);
    expect((await limiter.take('b')).isAllowed).toBe(true);
  });
});

describeRedis('Requests that are counted in Redis', (url) => {
  it('are those of all processes of an installation, and of no other', async () => {
    const mine = installation();
    const one = openRateLimiter(LIMIT, mine, await open(url))!;
    const other = openRateLimiter(LIMIT, mine, await open(url))!;
    const foreign = openRateLimiter(LIMIT, installation(), await open(url))!;
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
    const limiter = openRateLimiter(LIMIT, installation(), redis)!;
    await limiter.take('a');
    proxy.shut();
    await until(redis, false);
    const alone = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
    expect(alone.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false]);
    proxy.open();
    await until(redis, true);
    expect(await limiter.take('a')).toMatchObject({ isAllowed: true, left: 0 });
  });
});
