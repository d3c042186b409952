import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { startProxy } from '../rabbitmq/testing/cuttable-proxy.js';
import { openRedis } from './open-redis.js';
import { someCommits, streamCacheContract } from './stream-cache.contract.js';
import { describePrivateRedis, describeRedis } from './testing/describe-redis.js';
import { type PrivateRedis, startPrivateRedis } from './testing/private-redis.js';
import { someInstallation } from './testing/some-installation.js';

/** A busy machine may take its time: an answer is waited for until it comes, or, of one that hangs, long enough. */
const [PATIENT_MS, BUSY_MS] = [10_000, 300];

describeRedis('Redis', (url) => {
  streamCacheContract('RedisStreamCache', async () => {
    const proxy = await startProxy(new URL(url));
    const redis = openRedis({ url: proxy.url, answerWithinMs: PATIENT_MS, onError: () => undefined });
    const client = new Redis(url);
    const mine = someInstallation();
    const until = async (isUp: boolean) => {
      while ((redis.trouble() === undefined) !== isUp) await pause(5);
    };
    const clear = async () => {
      const names = await client.keys(`orrery:1:test:1:${mine.databaseId}:*`);
      if (names.length > 0) await client.del(names);
    };
    await until(true);
    return {
      cache: redis.streamCache(mine),
      pass: (ms) => pause(ms),
      clear,
      away: async (isAway) => {
        if (isAway) proxy.shut();
        else proxy.open();
        await until(!isAway);
      },
      close: async () => {
        await clear();
        client.disconnect();
        await redis.close();
        await proxy.close();
      },
    };
  });
});

describePrivateRedis('A Redis that is in trouble', () => {
  const key = { namespace: DEFAULT_NAMESPACE, stream: '01890a5d-ac96-774b-bcce-b302099a8057' as StreamId };
  let server: PrivateRedis;
  let redis: ReturnType<typeof openRedis>;
  let errors: { readonly code?: string; readonly message: string }[];
  let metrics: Registry;

  beforeEach(async () => {
    errors = [];
    metrics = new Registry();
    server = await startPrivateRedis();
    redis = openRedis({
      url: server.url,
      answerWithinMs: BUSY_MS,
      metrics,
      onError: (error) => errors.push(error as Error),
    });
    await is('up');
  });
  afterEach(async () => {
    await redis.close();
    await server.remove();
  });

  const is = async (state: 'up' | 'away') => {
    while ((redis.trouble() === undefined) !== (state === 'up')) await pause(5);
  };
  const keep = async (to: number) => {
    const cache = redis.streamCache(someInstallation('it'));
    const { lookedAt } = (await cache.look(key, 0))!;
    cache.extend(key, { from: 0, to, commits: someCommits(0, to), lookedAt, freshMs: 60_000 });
    return cache;
  };

  it('that hangs delays nobody for long, is told once, and is asked again when it answers', async () => {
    const cache = await keep(2);
    await cache.look(key, 0);
    server.hang();
    const startedAt = performance.now();
    for (let read = 0; read < 100; read += 1) expect(await cache.look(key, 0)).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await is('away');
    expect(redis.trouble()).toBe('Redis does not answer in time');
    expect(await metrics.metrics()).toMatch(/^orrery_redis_up 0$/m);
    expect(errors).toEqual([expect.objectContaining({ code: 'redis.unreachable' })]);
    server.resume();
    await is('up');
    expect(await cache.look(key, 0)).toMatchObject({ version: 2 });
    expect(await metrics.metrics()).toMatch(/^orrery_redis_up 1$/m);
    expect(errors).toHaveLength(1);
  });

  it('that is killed is not waited for, and is asked again when it is back, with nothing in it', async () => {
    const cache = await keep(2);
    await server.kill();
    await is('away');
    const startedAt = performance.now();
    for (let read = 0; read < 100; read += 1) expect(await cache.look(key, 0)).toBeUndefined();
    // Each that waited for its answer would take 50 ms by itself.
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    await pause(500);
    expect(errors).toEqual([expect.objectContaining({ code: 'redis.unreachable' })]);
    await server.start();
    await is('up');
    expect(await cache.look(key, 0)).toMatchObject({ version: 0 });
  });

  it('that has no room refuses what is to be kept, and still answers', async () => {
    const cache = await keep(2);
    await server.use((client) => client.config('SET', 'maxmemory', '1'));
    await keep(4);
    expect(await cache.look(key, 0)).toMatchObject({ version: 2 });
    expect(redis.trouble()).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('OOM') })]);
  });

  it('in which somebody else wrote is taken to know nothing, and is written over', async () => {
    const cache = await keep(2);
    const name = `orrery:1:test:1:it:${key.namespace}:${key.stream}`;
    await server.use((client) => client.hset(name, 'commits', 'not ours'));
    expect(await cache.look(key, 0)).toMatchObject({ version: 0, isFresh: false });
    await keep(4);
    expect((await cache.look(key, 0))!.commits).toEqual(someCommits(0, 4));
  });

  it('keeps everything for a minute, and nothing that is too long', async () => {
    await keep(2);
    const names = await server.use((client) => client.keys('*'));
    expect(names).toEqual([`orrery:1:test:1:it:${key.namespace}:${key.stream}`]);
    const left = await server.use((client) => client.pttl(names[0]!));
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    const cache = await keep(6_000);
    expect((await cache.look(key, 0))!.version).toBe(2);
    const { lookedAt } = (await cache.look(key, 0))!;
    for (const from of [2, 1_002, 2_002]) {
      const commits = someCommits(from, from + 1_000);
      cache.extend(key, { from, to: from + 1_000, commits, lookedAt, freshMs: 60_000 });
    }
    expect((await cache.look(key, 0))!.version).toBe(0);
  });
});

describe('A Redis that was never there', () => {
  it('is told of once, and closes at once', async () => {
    const errors: unknown[] = [];
    const redis = openRedis({ url: 'redis://127.0.0.1:1', onError: (error) => errors.push(error) });
    const cache = redis.streamCache(someInstallation());
    expect(await cache.look({ namespace: DEFAULT_NAMESPACE, stream: 'x' as StreamId }, 0)).toBeUndefined();
    while (errors.length === 0) await pause(5);
    await pause(300);
    expect(errors).toHaveLength(1);
    expect(redis.trouble()).toBe('Redis is not connected');
    await redis.close();
  });
});
