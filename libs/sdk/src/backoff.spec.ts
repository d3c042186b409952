import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.js';

describe('The pause before another try', () => {
  it('doubles up to five seconds, and is never under half of that', () => {
    const tries = [0, 1, 2, 10, 2_000];
    expect(tries.map((n) => backoffMs(n, () => 0))).toEqual([50, 100, 200, 2_500, 2_500]);
    expect(tries.map((n) => backoffMs(n, () => 1))).toEqual([100, 200, 400, 5_000, 5_000]);
    expect(backoffMs(0)).toBeGreaterThanOrEqual(50);
  });
});
