import type { Failure } from '../../kernel/errors.js';

/** How often an attempt is repeated, and how long to wait before the next one: exponential backoff. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly backoff: {
    readonly initialMs: number;
    readonly multiplier: number;
    readonly maxMs: number;
    /** `equal` never waits less than half the backoff, `full` anything up to it, `none` exactly it. */
    readonly jitter: 'equal' | 'full' | 'none';
  };
  /** Codes of failures that no further attempt can mend. */
  readonly nonRetryable: readonly string[];
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  backoff: { initialMs: 1_000, multiplier: 2, maxMs: 60_000, jitter: 'equal' },
  nonRetryable: [],
};

/** One attempt and no more. */
export const NO_RETRY: RetryPolicy = { ...DEFAULT_RETRY, maxAttempts: 1 };

/** Whether another attempt may follow this one, the `attempt`-th since the task was last set going by hand. */
export function mayRetry(policy: RetryPolicy, attempt: number, failure: Failure & { retryable?: boolean }): boolean {
  return attempt < policy.maxAttempts && failure.retryable !== false && !policy.nonRetryable.includes(failure.code);
}

/** How long to wait after the `attempt`-th attempt, in milliseconds; `random` is a number in [0, 1). */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const { initialMs, multiplier, maxMs, jitter } = policy.backoff;
  // A power that is too large for a number would make no wait at all of an initial wait of zero.
  const growth = Math.min(multiplier ** (attempt - 1), Number.MAX_VALUE);
  const full = Math.min(maxMs, initialMs * growth);
  if (jitter === 'none') return Math.round(full);
  return jitter === 'full' ? Math.round(full * random) : Math.ceil(full / 2 + (full / 2) * random);
}
