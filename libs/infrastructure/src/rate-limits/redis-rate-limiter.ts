import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Client, RedisLink } from '../redis/redis-link.js';
import {
  type Allowance,
  type Counts,
  MemoryRateLimiter,
  type RateLimit,
  type RateLimiter,
  RATE_WINDOW_S,
  countOne,
  countsOf,
} from './rate-limiter.js';

/**
 * Counts in a Redis what comes to all processes. While it is away each counts what comes to itself: a client may then do
 * as much at every one of them.
 */
export class RedisRateLimiter implements RateLimiter {
  private readonly alone: MemoryRateLimiter;
  private shared: { readonly client: Client; readonly counts: Counts } | undefined;

  constructor(
    private readonly link: Pick<RedisLink, 'ask'>,
    private readonly prefix: string,
    readonly limit: RateLimit,
  ) {
    this.alone = new MemoryRateLimiter(limit);
  }

  async take(client: string): Promise<Allowance> {
    const shared = await this.link.ask((redis) => countOne(this.countsIn(redis), client));
    return shared ?? this.alone.take(client);
  }

  private countsIn(client: Client): Counts {
    if (this.shared?.client !== client) this.shared = { client, counts: this.countsOver(client) };
    return this.shared.counts;
  }

  private countsOver(client: Client): Counts {
    return countsOf(this.limit, (name, points) => {
      const keyPrefix = `${this.prefix}:${name}`;
      return new RateLimiterRedis({ storeClient: client, keyPrefix, points, duration: RATE_WINDOW_S });
    });
  }
}
