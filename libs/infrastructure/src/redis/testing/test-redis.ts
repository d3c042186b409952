import { Redis } from 'ioredis';

/** The Redis that specs are run against: the one that is named, or else the one that stands on this machine, if any. */
const REDIS_URL = process.env['ORRERY_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const CONNECT_WITHIN_MS = 2_000;

/** Whether a Redis answers there. */
export async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    disconnectTimeout: 100,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** The URL of the Redis that answers, or nothing. */
export async function redisUrl(): Promise<string | undefined> {
  return (await answers(REDIS_URL)) ? REDIS_URL : undefined;
}
