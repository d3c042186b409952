import { type Timers, dropFirstTimer, firstTimer, setTimer } from '@orrery/domain';
import type { Random } from './random.js';

/** What is to happen, and whether it still is. */
interface Planned {
  readonly at: number;
  readonly callback: () => void;
  live: boolean;
}

// Taken before anything real is made to throw.
const realTurn = setImmediate;

/**
 * Time, and all that happens in it: one thing after the other, in the order of its time, and at the same moment in the
 * order that chance gives. Between two things everything that came of the first has come to rest.
 */
export class Scheduler {
  steps = 0;
  /** How many things were ever planned. */
  planned = 0;
  private readonly timers: Timers<Planned> = [];
  private time: number;

  constructor(
    readonly startedAt: number,
    private readonly ties: Random,
  ) {
    this.time = startedAt;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.time;
  }

  /** Lets something happen after so many milliseconds, whole or not; the returned function takes it back. */
  after(delayMs: number, callback: () => void): () => void {
    const at = this.time + Math.max(0, Math.round(delayMs));
    const event = { at, callback, live: true };
    // Less than a millisecond, so that it orders what happens at one moment and nothing else.
    this.planned += 1;
    setTimer(this.timers, at + this.ties.next() * 0.999, event);
    return () => {
      event.live = false;
    };
  }

  /** Lets time pass at once: what was planned for meanwhile happens late, as on machines that all stood still. */
  skipTo(at: number): void {
    this.time = Math.max(this.time, Math.round(at));
  }

  /** The next thing happens, with all that comes of it at once. False: nothing is to happen any more. */
  async step(): Promise<boolean> {
    for (let first = firstTimer(this.timers); first; first = firstTimer(this.timers)) {
      dropFirstTimer(this.timers);
      const [, { at, callback, live }] = first;
      if (!live) continue;
      this.time = Math.max(this.time, at);
      this.steps += 1;
      callback();
      // Every promise that can settle has settled by the next turn of the real event loop.
      await new Promise<void>((resolve) => void realTurn(resolve));
      return true;
    }
    return false;
  }
}
