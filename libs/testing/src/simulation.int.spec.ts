import { describe, expect, it } from '@jest/globals';
import { withTraps } from './kernel/traps.js';
import { simulate } from './simulate.js';

/** Many more are run by tests/sim, in a process of their own, which is faster. */
const SEEDS = 60;

describe('a simulation', () => {
  it('finds every promise kept, whatever goes wrong', async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { violations } = await simulate(seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  }, 120_000);

  it('is the same every time that it is seeded the same, and another one otherwise', async () => {
    const first = await simulate(7);
    expect(await simulate(7)).toEqual(first);
    expect((await simulate(8)).trace).not.toBe(first.trace);
  }, 20_000);

  it('stops where it is told to', async () => {
    const { steps, violations } = await simulate(7, 500);
    expect({ steps, violations }).toEqual({ steps: 500, violations: [] });
  }, 20_000);

  it('lets nothing simulated touch the real time', async () => {
    await expect(withTraps(async () => Date.now())).rejects.toThrow('simulated code called now');
    expect(Date.now()).toBeGreaterThan(0);
  });
});
