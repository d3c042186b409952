import { describe, expect, it } from '@jest/globals';
import { RunTimers, type ViewBatch } from '@orrery/application';
import { MemoryLogStore, MemoryViews } from '@orrery/infrastructure';
import { withTraps } from './kernel/traps.js';
import { withPlanted } from './planted/plant.js';
import { Simulation } from './simulation.js';

const SEEDS = 60;
/** Within so many seeds a planted fault is found. */
const FOUND_WITHIN = 100;

const simulate = (seed: number) => withTraps(() => new Simulation(seed).run());

describe('the simulation', () => {
  it('finds every promise kept, whatever goes wrong', async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { violations } = await simulate(seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  }, 120_000);

  it('is the same every time that it is seeded the same', async () => {
    const first = await simulate(7);
    expect(await simulate(7)).toEqual(first);
    expect((await simulate(8)).trace).not.toBe(first.trace);
  }, 20_000);

  it('stops where it is told to', async () => {
    const { steps, violations } = await withTraps(() => new Simulation(7).run(500));
    expect({ steps, violations }).toEqual({ steps: 500, violations: [] });
  }, 20_000);

  it('lets nothing simulated touch the real time', async () => {
    await expect(withTraps(async () => Date.now())).rejects.toThrow('simulated code called now');
    expect(Date.now()).toBeGreaterThan(0);
  });
});

describe('a fault that is planted', () => {
  const found = async (): Promise<readonly string[]> => {
    for (let seed = 0; seed < FOUND_WITHIN; seed += 1) {
      const { violations } = await simulate(seed);
      if (violations.length > 0) return violations.map(({ invariant }) => invariant);
    }
    return [];
  };

  it('is found: the log takes a version twice', async () => {
    const claimed = () => async () => true;
    expect(await withPlanted(MemoryLogStore, 'claim', claimed, found)).toContain('I3');
  }, 120_000);

  it('is found: timers are forgotten', async () => {
    const forgotten = () => () => undefined;
    expect(await withPlanted(RunTimers, 'follow', forgotten, found)).toContain('I9');
  }, 120_000);

  it('is found: the lists leave something out', async () => {
    let writes = 0;
    const lossy = (write: (this: object, ...args: never[]) => unknown) =>
      function (this: object, batch: ViewBatch) {
        writes += 1;
        const written = writes % 5 === 0 ? { ...batch, runs: batch.runs.slice(1) } : batch;
        return write.call(this, written as never);
      };
    expect(await withPlanted(MemoryViews, 'write', lossy as never, found)).toContain('I10');
  }, 120_000);
});
