import { describe, expect, it } from '@jest/globals';
import { type Swept, rangesLeft, sumOf } from './sweep.js';

const swept = (from: number, seeds: number, more: Partial<Swept> = {}): Swept => {
  return { from, seeds, steps: 10, violations: 0, simulatedMs: 5, runs: 2, faults: {}, trace: String(from), ...more };
};

describe('the ranges that are left', () => {
  it('are a thousand seeds long at most', () => {
    const left = [
      { from: 5, seeds: 1_000 },
      { from: 1_005, seeds: 1_000 },
      { from: 2_005, seeds: 500 },
    ];
    expect(rangesLeft({ from: 5, seeds: 2_500 }, [])).toEqual(left);
  });

  it('leave out what is done, wherever that lies', () => {
    const done = [
      { from: 2_000, seeds: 100 },
      { from: 0, seeds: 500 },
    ];
    const left = [
      { from: 500, seeds: 1_000 },
      { from: 1_500, seeds: 500 },
      { from: 2_100, seeds: 400 },
    ];
    expect(rangesLeft({ from: 100, seeds: 2_400 }, done)).toEqual(left);
    expect(rangesLeft({ from: 0, seeds: 500 }, done)).toEqual([]);
  });
});

describe('the sum of what came of seeds', () => {
  it('adds up, whatever came first', () => {
    const some = [
      swept(100, 100, { faults: { crash: 2, cut: 1 }, violations: 1 }),
      swept(0, 100, { faults: { crash: 1 } }),
    ];
    expect(sumOf(some)).toMatchObject({ from: 0, seeds: 200, steps: 20, violations: 1, simulatedMs: 10, runs: 4 });
    expect(sumOf(some)).toMatchObject({ faults: { crash: 3, cut: 1 } });
    expect(sumOf([...some].reverse())).toEqual(sumOf(some));
    expect(sumOf([])).toMatchObject({ from: 0, seeds: 0, steps: 0 });
  });
});
