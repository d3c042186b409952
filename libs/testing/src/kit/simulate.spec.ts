import { afterEach, describe, expect, it } from '@jest/globals';
import type { ViewBatch } from '@orrery/application';
import { MemoryViews } from '@orrery/infrastructure/memory';
import { type Call, inMethod } from '../planted/plant.js';
import { PromiseBroken, RealWorldUsed, type SimulatedTest, Stuck, simulate } from './index.js';
import { byRealTimer, calmly, failure, waiting, work } from './kit.harness.js';

describe('what may go wrong', () => {
  it('does, and handlers are called again', async () => {
    let most = 0;
    const report = await simulate({ seeds: 40 }, async (orrery) => {
      let calls = 0;
      orrery.task('work', () => ++calls);
      await orrery.run(work());
      most = Math.max(most, calls);
    });
    expect(most).toBeGreaterThan(1);
    expect(report.faults.crashes).toBeGreaterThan(0);
    expect(report).toMatchObject({ seeds: 40 });
  });

  it('does not where it is switched off', async () => {
    const { faults } = await simulate({ seeds: 5, faults: 'none' }, async (orrery) => {
      orrery.task('work', (_input, { attempt }) => expect(attempt).toBe(1));
      await orrery.run(work());
    });
    expect(faults).toEqual({});
  });
});

describe('a simulation that fails', () => {
  afterEach(() => {
    delete process.env['ORRERY_SEED'];
  });
  const thirdFails: SimulatedTest = ({ seed }) => expect(seed % 3).not.toBe(2);

  it('says which seed, why, and how to repeat it', async () => {
    const { seed, cause, message, trace } = await failure(simulate({ seeds: 10 }, thirdFails));
    expect([seed, cause]).toEqual([2, expect.objectContaining({ matcherResult: expect.anything() })]);
    expect(message).toMatch(/^seed 2 fails: /);
    expect(message).toContain('ORRERY_SEED=2 npx jest libs/testing/src/kit/simulate.spec.ts');
    expect(message).toContain(trace.toText());
    expect(message).not.toContain('tried again');
  });

  it('is repeated by its seed alone', async () => {
    expect((await failure(simulate({ seed: 5 }, thirdFails))).seed).toBe(5);
    process.env['ORRERY_SEED'] = '8';
    expect((await failure(simulate({ seeds: 2 }, thirdFails))).seed).toBe(8);
  });

  it('says that it cannot be repeated where something outlives a seed', async () => {
    let calls = 0;
    const { message } = await failure(
      simulate((orrery) => {
        orrery.task('work', () => null);
        if (++calls === 2) throw new Error('by accident');
      }),
    );
    expect(message).toContain('seed 1 fails: by accident');
    expect(message).toContain('It was tried again, and went otherwise');
  });

  it('says what a run is stuck at', async () => {
    const nobody = await failure(calmly((orrery) => orrery.run(work())));
    expect(nobody.cause).toBeInstanceOf(Stuck);
    expect(nobody.message).toMatch(/one \S+: "it" waits for a worker of type "work" .*; no handler was added for work/);
    const signal = await failure(calmly((orrery) => orrery.run(waiting)));
    expect(signal.message).toMatch(/waiting \S+: "it" waits for the signal "go" since 2031/);
    const itself = await failure(calmly(() => new Promise(() => undefined)));
    expect(itself.message).toContain('no run is under way');
  });

  it('says that the real world was used, however', async () => {
    const sleeping = await failure(calmly((orrery) => orrery.task('work', () => byRealTimer(1)).run(work())));
    expect(sleeping.cause).toBeInstanceOf(RealWorldUsed);
    expect(sleeping.message).toContain('the handler of work used the real world (Timeout)');
    const fetching = await failure(calmly(() => fetch('http://127.0.0.1:1')));
    expect(fetching.message).toContain('the test used the real world (fetch)');
  });

  it('says that the engine did not keep a promise', async () => {
    let writes = 0;
    const lossy = inMethod(MemoryViews.prototype, 'write', ({ args: [batch], sound }: Call<MemoryViews, [ViewBatch]>) =>
      sound(++writes > 1 ? batch : { ...batch, runs: [] }),
    );
    const { cause } = await lossy(() => failure(calmly((orrery) => orrery.task('work', () => null).run(work()))));
    expect(cause).toBeInstanceOf(PromiseBroken);
  });
});
