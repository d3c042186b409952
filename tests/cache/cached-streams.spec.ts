import { describe, expect, it } from '@jest/globals';
import { NEWEST, NOTHING_KNOWN } from '@orrery/application';
import fc from 'fast-check';
import { CachedWorld, KEY, OLD_MS } from './support/cached-world.js';

const TYPES = ['SignalReceived', 'WorkflowCompleted', 'WorkflowRetried', 'WorkflowFailed'];
const by = fc.nat({ max: 2 });
const is = <T extends string>(...words: T[]) => fc.constantFrom(...words);
// What is known is mostly nothing, as with most who ask.
const knows = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(0.5, 1), fc.constant(2));
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: is('write'), by: fc.option(by), type: is(...TYPES) }) },
  { weight: 4, arbitrary: fc.record({ does: is('read'), by, knows, together: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: is('pass'), ms: fc.constantFrom(50, 500, 900, 3_000, 7_000, 10_001) }) },
  { weight: 2, arbitrary: fc.record({ does: is('settle'), how: is('one', 'all') }) },
  fc.record({ does: is('forget'), by }),
  { weight: 1, arbitrary: fc.record({ does: is('cache'), how: is('away', 'back', 'back', 'empty') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Take = { readonly [S in Step as S['does']]: (history: History, step: S) => unknown };

/** What happened so far, and the reads under way. */
interface History {
  readonly world: CachedWorld;
  readonly scheduler: fc.Scheduler;
  readonly reads: Promise<void>[];
}

const TAKE: Take = {
  write: ({ world }, { by, type }) => world.write(by === null ? undefined : world.readers[by], type),
  pass: ({ world }, { ms }) => (world.clock.time += ms),
  settle: async ({ scheduler }, { how }) =>
    how === 'all' ? scheduler.waitIdle() : scheduler.count() > 0 && scheduler.waitOne(),
  // Pages are kept as long as there is room for them.
  forget: ({ world }, { by }) => (world.readers[by]!.version = 0),
  cache: ({ world }, { how }) => (how === 'empty' ? world.cache.clear() : world.cache.away(how === 'away')),
  // It is checked when it has its answer, by what it was asked for.
  read({ world, reads }, { by, knows, together }) {
    if (world.version === 0) return;
    const reader = world.readers[by]!;
    const version = Math.round(Math.min(knows, 1) * world.version);
    const least = Math.max(version, reader.heard, world.versionAt(world.clock.now() - OLD_MS));
    const known = knows > 1 ? NEWEST : { ...NOTHING_KNOWN, version };
    reads.push(world.read(reader, known, together).then((read) => expect(read).toBeGreaterThanOrEqual(least)));
  },
};

describe('What is read through a cache', () => {
  it('is never older than what is known, was seen, or was written here, nor than ten seconds', async () => {
    const histories = fc.record({
      steps: fc.array(step, { minLength: 20, maxLength: 60 }),
      scheduler: fc.scheduler(),
      lag: fc.infiniteStream(fc.constantFrom(0, 100, 999)),
    });
    await fc.assert(
      fc.asyncProperty(histories, async ({ steps, scheduler, lag }) => {
        const world = new CachedWorld(scheduler, () => lag.next().value);
        const reads: Promise<void>[] = [];
        const history = { world, scheduler, reads };
        for (const each of steps) await TAKE[each.does](history, each as never);
        await scheduler.waitIdle();
        await Promise.all(reads);
      }),
      { numRuns: 300 },
    );
  });
});

describe('What is kept', () => {
  it('is as old as it was before it was read, however long that took', async () => {
    const scheduler = fc.sample(fc.scheduler(), 1)[0]!;
    const world = new CachedWorld(scheduler, () => 0);
    world.write(undefined, 'SignalReceived');
    const reading = world.read(world.readers[0]!, NOTHING_KNOWN);
    await scheduler.waitOne();
    world.clock.time += 1_500;
    await scheduler.waitIdle();
    expect(await reading).toBe(1);
    expect(await world.cache.look(KEY, 0)).toMatchObject({ version: 1, isFresh: false });
  });
});
