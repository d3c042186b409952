import { describe, expect, it } from '@jest/globals';
import { TaskError } from '@orrery/application';
import { type StreamId } from '@orrery/domain';
import fc from 'fast-check';
import { auditLog, auditViews, openRuns, undone } from './support/audit.js';
import { definition, history, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { type Handlers, World } from './support/world.js';

describe('whatever dies, and whenever', () => {
  it('every start that was acknowledged is there, every run ends, and nothing is recorded twice', async () => {
    const step = fc.record({
      starts: fc.array(fc.constantFrom('chain', 'fan', 'saga', 'sleeper', 'flaky'), { maxLength: 3 }),
      ms: fc.nat(1_500),
      turns: fc.nat(9),
      crashes: fc.boolean(),
      fault: fc.constantFrom('none', 'none', 'lost-reply-committed', 'lost-reply-lost', 'unavailable'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(), async (steps, seed) => {
        const world = new World();
        let draw = seed;
        world.turns = () => (draw = (draw * 1_103_515_245 + 12_345) % 2_147_483_648) % 5;
        let engine = await world.process(mixed(world)).start();
        const acknowledged = new Set<StreamId>();
        for (const { starts, ms, turns, crashes, fault } of steps) {
          if (fault !== 'none') engine.log.failNext(fault);
          for (const shape of starts) {
            submit(engine, definition(...SHAPES[shape]!)).then(
              ({ id }) => acknowledged.add(id),
              () => undefined,
            );
          }
          await world.advance(ms);
          await settled(turns);
          if (!crashes) continue;
          engine.crash();
          engine = await world.process(mixed(world)).start();
        }
        await world.advance(30_000);
        for (const id of acknowledged) expect(history(world, id).length).toBeGreaterThan(0);
        expect(openRuns(world)).toEqual([]);
        auditLog(world);
        await auditViews(world);
        for (const stream of new Set(world.store.committed.map((commit) => commit.stream))) auditSaga(world, stream);
        expect(engine.errors).toEqual([]);
      }),
      { numRuns: Number(process.env['ORRERY_PROOF_RUNS'] ?? 15) },
    );
  }, 600_000);
});

const sleep = (duration: string) => ({ type: 'sleep', input: { duration } });
const undo = { compensate: { type: 'undo' } };
const quick = { retry: { maxAttempts: 3, backoff: { initial: '500ms' } } };
const SHAPES: { readonly [name: string]: [{ readonly [key: string]: object }, object?] } = {
  chain: [{ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['b'] } }],
  fan: [{ a: {}, b: { dependsOn: ['a'] }, c: { dependsOn: ['a'] }, d: { dependsOn: ['b', 'c'] } }],
  saga: [
    {
      a: undo,
      b: { ...undo, dependsOn: ['a'] },
      c: { ...undo, dependsOn: ['a'] },
      d: { type: 'fails', dependsOn: ['b', 'c'], ...quick },
    },
  ],
  sleeper: [{ a: sleep('2s'), b: { dependsOn: ['a'] } }],
  flaky: [{ a: { type: 'flaky', ...quick } }],
};

/** Some work takes turns, some takes time, some fails. */
function mixed(world: World): Handlers {
  return {
    work: (_, { task }) =>
      task.key === 'b' ? new Promise((resolve) => void world.clock.after(300, () => resolve(null))) : null,
    undo: () => null,
    fails: () => {
      throw new TaskError('fatal', 'it fails for good');
    },
    flaky: (_, { task }) => {
      if (task.attempt < 3) throw new TaskError('boom', 'once more');
      return task.attempt;
    },
  };
}

function auditSaga(world: World, stream: StreamId): void {
  const events = history(world, stream).map(({ event }) => event);
  if (!events.some(({ type }) => type === 'CompensationStarted')) return;
  const audited = undone(events, new Map([0, 1, 2].map((task) => [task, task + 4])));
  expect(audited.undone).toEqual(audited.done.reverse());
}
