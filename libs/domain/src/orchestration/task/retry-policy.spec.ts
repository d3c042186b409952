import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY, NO_RETRY, type RetryPolicy, backoffMs, mayRetry } from './retry-policy.js';

const failure = { code: 'boom', message: 'it failed' };
const policyOf = (backoff: Partial<RetryPolicy['backoff']>): RetryPolicy => ({
  ...DEFAULT_RETRY,
  backoff: { ...DEFAULT_RETRY.backoff, ...backoff },
});

describe('mayRetry', () => {
  test('allows as many attempts as the policy says, the first one counted', () => {
    expect([1, 2, 3, 4].map((attempt) => mayRetry(DEFAULT_RETRY, attempt, failure))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(mayRetry(NO_RETRY, 1, failure)).toBe(false);
  });

  test('allows none after a failure that no attempt can mend', () => {
    expect(mayRetry(DEFAULT_RETRY, 1, { ...failure, retryable: false })).toBe(false);
    expect(mayRetry(DEFAULT_RETRY, 1, { ...failure, retryable: true })).toBe(true);
    expect(mayRetry({ ...DEFAULT_RETRY, nonRetryable: ['boom'] }, 1, { ...failure, retryable: true })).toBe(false);
    expect(mayRetry({ ...DEFAULT_RETRY, nonRetryable: ['bo'] }, 1, failure)).toBe(true);
  });
});

describe('backoffMs', () => {
  test('grows by its multiplier up to its maximum', () => {
    const plain = policyOf({ jitter: 'none' });
    const waits = [1, 2, 3, 6, 7, 8, 10_000].map((attempt) => backoffMs(plain, attempt, 0.3));
    expect(waits).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
    expect(backoffMs(policyOf({ jitter: 'none', multiplier: 1 }), 9_999, 0)).toBe(1_000);
  });

  test('stays at nothing when it begins there, however long it grows', () => {
    for (const jitter of ['none', 'equal', 'full'] as const) {
      expect(backoffMs(policyOf({ initialMs: 0, multiplier: 100, jitter }), 10_000, 0.9)).toBe(0);
    }
  });

  test('is a whole number of milliseconds between what its jitter allows', () => {
    const backoff = fc.record({
      initialMs: fc.nat(100_000),
      multiplier: fc.double({ min: 1, max: 100, noNaN: true }),
      maxMs: fc.nat(1_000_000),
      jitter: fc.constantFrom('none' as const, 'equal' as const, 'full' as const),
    });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(backoff, fc.integer({ min: 1, max: 10_000 }), draw, (said, attempt, random) => {
        const wait = backoffMs(policyOf(said), attempt, random);
        const whole = backoffMs(policyOf({ ...said, jitter: 'none' }), attempt, random);
        const { initialMs, multiplier, maxMs, jitter } = said;
        const exact = Math.min(maxMs, initialMs === 0 ? 0 : initialMs * multiplier ** (attempt - 1));
        expect(Number.isSafeInteger(wait)).toBe(true);
        expect(Math.abs(whole - exact)).toBeLessThanOrEqual(0.5);
        expect(wait).toBeGreaterThanOrEqual(jitter === 'none' ? whole : jitter === 'equal' ? exact / 2 : 0);
        expect(wait).toBeLessThanOrEqual(Math.ceil(exact));
      }),
    );
  });
});
