import { describe, expect, it } from '@jest/globals';

interface Fault {
  readonly row: number;
  readonly name: string;
  readonly lastsMs: readonly [number, number];
  readonly quietMs: number;
}
interface Planned {
  readonly at: number;
  readonly lastsMs: number;
  readonly fault: Fault;
  readonly seed: number;
}
type Schedule = (faults: readonly Fault[], how: { random: unknown; ms: number; longestMs: number }) => Planned[];

// The scripts are plain JavaScript, for they are run without a build.
const [scheduleScript, randomScript]: string[] = ['./schedule.mjs', './random.mjs'];
const { schedule } = (await import(scheduleScript!)) as { schedule: Schedule };
const { seeded } = (await import(randomScript!)) as { seeded: (seed: number) => unknown };

const fault = (row: number, name: string): Fault => ({ row, name, lastsMs: [1_000, 20_000], quietMs: 5_000 });
const faults = [fault(1, 'a'), fault(1, 'b'), fault(2, 'c'), fault(3, 'd'), fault(3, 'e'), fault(3, 'f')];
const plan = (seed: number, ms = 600_000, longestMs = 20_000) =>
  schedule(faults, { random: seeded(seed), ms, longestMs });

describe('A schedule of faults', () => {
  it('comes from its seed alone', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('has every row before one comes again, and every kind of a row likewise', () => {
    const planned = plan(3).map(({ fault }) => fault);
    for (let n = 0; n + 3 <= planned.length; n += 3)
      expect(
        planned
          .slice(n, n + 3)
          .map(({ row }) => row)
          .sort(),
      ).toEqual([1, 2, 3]);
    const ofThird = planned.filter(({ row }) => row === 3).map(({ name }) => name);
    expect(ofThird.slice(0, 3).sort()).toEqual(['d', 'e', 'f']);
  });

  it('keeps within its time, and each fault within its bounds', () => {
    const planned = plan(11, 300_000, 8_000);
    expect(planned.length).toBeGreaterThan(10);
    for (const { at, lastsMs } of planned) {
      expect(at + lastsMs).toBeLessThanOrEqual(300_000);
      expect(lastsMs).toBeGreaterThanOrEqual(1_000);
      expect(lastsMs).toBeLessThanOrEqual(8_000);
    }
  });

  it('leaves time to recover as a rule, and lets some overlap', () => {
    const planned = plan(5, 6_000_000);
    const gaps = planned.slice(1).map(({ at }, n) => at - (planned[n]!.at + planned[n]!.lastsMs));
    const overlapping = gaps.filter((gap) => gap <= 0).length / gaps.length;
    expect(overlapping).toBeGreaterThan(0.1);
    expect(overlapping).toBeLessThan(0.3);
    for (const gap of gaps.filter((each) => each > 0)) expect(gap).toBeGreaterThanOrEqual(5_000);
  });
});
