import { describe, expect, it } from '@jest/globals';
import {
  type Aggregates,
  EngineCommands,
  FIRE_AGAIN_MS,
  type Handle,
  type Pending,
  RunTimers,
  SLEEP_MAX_MS,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId, WHOLE_RUN, newWorkflow } from '@orrery/domain';
import { TestClock } from './support/test-clock.js';

/** More firings than any of these runs asks for: a timer that spins is stopped. */
const FIRINGS_MAX = 20;

/** What comes of a firing; nothing: the log is away, and nobody knows yet. */
type Decide = (firing: number, due: (inMs?: number) => void) => boolean | undefined;

/** The timers over one run, and when they fired it, counted from the start. */
function timersOver(decide: Decide) {
  const clock = new TestClock();
  const start = clock.now();
  const key = { namespace: DEFAULT_NAMESPACE, stream: 'run' as StreamId };
  const run = { key, state: newWorkflow() };
  const due = (inMs?: number) => {
    run.state.timers = inMs === undefined ? [] : [[clock.now() + inMs, WHOLE_RUN]];
  };
  const fired: number[] = [];
  const pendings: Pending[] = [];
  const memory = new Set([run]);
  const submit = (pending: Pending) => {
    if (fired.push(clock.now() - start) > FIRINGS_MAX) throw new Error('it fires for ever');
    const changed = decide(fired.length, due);
    if (changed === undefined) pendings.push(pending);
    else pending.resolve({ changed, position: undefined as never });
  };
  const logIsBack = () => {
    for (const pending of pendings.splice(0)) pending.resolve({ changed: false, position: undefined as never });
  };
  const handle = { submit } as unknown as Handle;
  const aggregates = { peek: () => [...memory][0] } as unknown as Aggregates;
  const commands = new EngineCommands(handle, undefined as never, clock, () => undefined);
  return {
    clock,
    due,
    fired,
    logIsBack,
    memory,
    run: run as never,
    key,
    timers: new RunTimers(commands, aggregates, clock),
  };
}

describe('the timer of a run', () => {
  it('waits before it fires again what is due still, and does not lose it', async () => {
    const { clock, due, fired, run, timers } = timersOver((firing, dueAgain) => {
      if (firing < 4) return false;
      dueAgain();
      return true;
    });
    due(500);
    timers.follow(run);
    await clock.advance(10 * FIRE_AGAIN_MS);
    expect(fired).toEqual([0, 1, 2, 3].map((times) => 500 + times * FIRE_AGAIN_MS));
    expect(timers.size).toBe(0);
  });

  it('fires at once what a firing has made due', async () => {
    const { clock, due, fired, run, timers } = timersOver((firing, dueAgain) => {
      dueAgain(firing < 3 ? -5 : undefined);
      return true;
    });
    due(500);
    timers.follow(run);
    await clock.advance(FIRE_AGAIN_MS);
    expect(fired).toEqual([500, 500, 500]);
  });

  it('fires once while the log is away, however often its run is looked at', async () => {
    const { clock, due, fired, run, timers, logIsBack } = timersOver((firing, dueAgain) => {
      if (firing === 1) return undefined;
      dueAgain();
      return true;
    });
    due(500);
    timers.follow(run);
    for (let looks = 0; looks < 100; looks += 1) {
      await clock.advance(100);
      timers.follow(run);
      timers.bringForward(run);
    }
    await clock.advance(500);
    expect(fired).toEqual([500]);
    logIsBack();
    await clock.advance(FIRE_AGAIN_MS);
    expect(fired).toEqual([500, 10_500 + FIRE_AGAIN_MS]);
    expect(timers.size).toBe(0);
  });

  it('fires again what was due while it was being fired, also where memory lacks the run by then', async () => {
    const { clock, due, fired, run, timers, memory, logIsBack } = timersOver((firing) =>
      firing === 1 ? undefined : true,
    );
    due(500);
    timers.follow(run);
    await clock.advance(1_000);
    timers.follow(run);
    await clock.advance(500);
    memory.clear();
    logIsBack();
    await clock.advance(FIRE_AGAIN_MS);
    expect(fired).toEqual([500, 1_500 + FIRE_AGAIN_MS]);
  });

  it('does not fire again what was left to another owner meanwhile', async () => {
    const { clock, due, fired, run, timers, memory, logIsBack } = timersOver(() => undefined);
    due(500);
    timers.follow(run);
    await clock.advance(1_000);
    timers.follow(run);
    await clock.advance(500);
    timers.keepOnly(() => false);
    memory.clear();
    logIsBack();
    await clock.advance(10 * FIRE_AGAIN_MS);
    expect(fired).toEqual([500]);
  });

  it('fires soon when the machine has slept past its time, and so do those that are set then', async () => {
    const { clock, due, fired, run, timers } = timersOver((_, dueAgain) => {
      dueAgain();
      return true;
    });
    due(50 * 60_000);
    timers.follow(run);
    const slept = 8 * 3_600_000;
    clock.jump(slept);
    await clock.advance(90_000);
    due(1_000);
    timers.follow(run);
    await clock.advance(1_000);
    expect(fired).toEqual([slept + SLEEP_MAX_MS, slept + 91_000]);
  });

  it('fires at the true time where it was set to an earlier one', async () => {
    const { clock, due, fired, key, timers } = timersOver((firing, dueAgain) => {
      if (firing === 2) dueAgain();
      return firing === 2;
    });
    due(300);
    timers.set(key, clock.now());
    await clock.advance(FIRE_AGAIN_MS);
    expect(fired).toEqual([0, 300]);
  });
});
