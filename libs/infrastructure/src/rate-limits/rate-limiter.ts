import { BurstyRateLimiter, type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** The window that requests are counted in, in seconds. */
export const RATE_WINDOW_S = 60;

/** What one client may do: so many requests a minute, and in each minute so many more. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** What a client is left with after a request. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** How many more there may be in this window, beside the burst. */
  readonly left: number;
  /** When the next window begins, in milliseconds. */
  readonly resetsInMs: number;
}

/** Counts the requests of each client. */
export interface RateLimiter {
  readonly limit: RateLimit;
  /** Counts one request of a client; what is refused counts, too. */
  take(client: string): Promise<Allowance>;
}

/** Counts what comes to this process alone. */
export class MemoryRateLimiter implements RateLimiter {
  private readonly counts: Counts;

  constructor(readonly limit: RateLimit) {
    this.counts = countsOf(limit, (_, points) => new RateLimiterMemory({ points, duration: RATE_WINDOW_S }));
  }

  take(client: string): Promise<Allowance> {
    return countOne(this.counts, client);
  }
}

export type Counts = BurstyRateLimiter;

/** Both counts of a limit: that of every minute, and that of what comes on top. */
export function countsOf(
  { perMinute, burst }: RateLimit,
  counter: (name: 'minute' | 'burst', points: number) => RateLimiterAbstract,
): Counts {
  return new BurstyRateLimiter(counter('minute', perMinute), counter('burst', burst));
}

/** Throws what the store of the counts throws. */
export async function countOne(counts: Counts, client: string): Promise<Allowance> {
  try {
    return allowance(true, await counts.consume(client));
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return allowance(false, refused);
    throw refused;
  }
}

function allowance(isAllowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return { isAllowed, left: Math.max(0, remainingPoints), resetsInMs: msBeforeNext };
}
