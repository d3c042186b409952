import { describe, expect, it } from '@jest/globals';
import { promisify } from 'node:util';
import { byGlobalTimer, byRealTimer, calmly, failure, sleepy, work } from './kit.harness.js';
import { simulate } from './simulate.js';

const A_DAY_MS = 86_400_000;

describe('time in a simulation', () => {
  it('is skipped where nothing happens', async () => {
    const { simulatedMs, trace } = await calmly(async (orrery) => {
      expect(await orrery.run(sleepy)).toMatchObject({ status: 'completed' });
    });
    expect(simulatedMs).toBeGreaterThan(30 * A_DAY_MS);
    expect(trace.toText()).toMatch(/» 29d 23:59:\d\d\.\d{3} in which nothing happens/);
  });

  it('is that of the globals which handlers and the test use', async () => {
    await calmly(async (orrery) => {
      const took: number[] = [];
      orrery.task('work', async () => {
        const before = [Date.now(), new Date().getTime(), performance.now()] as const;
        await byGlobalTimer(90_000);
        took.push(Date.now() - before[0], new Date().getTime() - before[1], performance.now() - before[2]);
        return Date().slice(11, 15);
      });
      const { output } = await orrery.run({ ...work(), output: '${ tasks.it.output }' });
      expect([took, output]).toEqual([[90_000, 90_000, 90_000], '2031']);
      const before = Date.now();
      await orrery.sleep(A_DAY_MS);
      await promisify(setTimeout)(5);
      expect(Date.now() - before).toBe(A_DAY_MS + 5);
      expect([new Date(0).getTime(), new Date() instanceof Date]).toEqual([0, true]);
    });
  });

  it('goes by every kind of timer', async () => {
    await calmly(async (orrery) => {
      const ticks: number[] = [];
      const begin = Date.now();
      const every = setInterval(() => ticks.push(Date.now() - begin), 100);
      const never = setTimeout(() => ticks.push(-1), 200);
      clearTimeout(never);
      setImmediate(() => ticks.push(Date.now() - begin));
      const signal = AbortSignal.timeout(250);
      await orrery.sleep(350);
      clearInterval(every);
      await orrery.sleep(350);
      expect([ticks, signal.aborted, (signal.reason as Error).name]).toEqual([
        [0, 100, 200, 300],
        true,
        'TimeoutError',
      ]);
    });
  });

  it('and chance are as they were, whatever happens', async () => {
    const before = [Date, setTimeout, Math.random, fetch];
    await calmly(() => expect(setTimeout).not.toBe(before[1]));
    await failure(
      calmly(() => {
        throw new Error('no');
      }),
    );
    expect([Date, setTimeout, Math.random, fetch]).toEqual(before);
  });
});

describe('chance in a simulation', () => {
  it('is the same for the same seed, and another for another', async () => {
    const draw = async (seed: number) => {
      const drawn: unknown[] = [];
      await simulate({ seed, faults: 'none' }, () => {
        drawn.push(Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]);
      });
      return drawn;
    };
    const first = await draw(3);
    expect(await draw(3)).toEqual(first);
    expect(await draw(4)).not.toEqual(first);
    expect(first[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('decides everything: the same seed has the same trace', async () => {
    const run = () =>
      simulate({ seed: 11 }, async (orrery) => {
        orrery.task('work', () => null);
        await orrery.run(work());
      });
    const [one, other] = [await run(), await run()];
    expect(other.trace.toText()).toBe(one.trace.toText());
  });
});

describe('real work', () => {
  it('takes no simulated time', async () => {
    await calmly(async (orrery) => {
      const before = Date.now();
      const real = await orrery.real(async () => {
        await byRealTimer(5);
        return Date.now();
      });
      expect([Date.now() - before, real < before]).toEqual([0, true]);
    });
  });

  it('may be what a handler does', async () => {
    await calmly(async (orrery) => {
      orrery.task('work', () => orrery.real(() => byRealTimer(5).then(() => 7)));
      expect(await orrery.run({ ...work(), output: '${ tasks.it.output }' })).toMatchObject({ output: 7 });
    });
  });

  it('and other simulations go on beside each other', async () => {
    const times = await Promise.all(
      [1_000, 2_000].map(async (ms) => {
        let took = 0;
        await calmly(async (orrery) => {
          const before = Date.now();
          await orrery.sleep(ms);
          took = Date.now() - before;
        });
        return took;
      }),
    );
    expect(times).toEqual([1_000, 2_000]);
  });
});
