import { Clock } from '@orrery/application';
import { type Timers, dropFirstTimer, firstTimer, setTimer } from '@orrery/domain';

/** A clock that stands still until a test moves it; what is due soon or next happens then, as it does in truth. */
export class TestClock extends Clock {
  private readonly timers: Timers<{ callback: () => void; live: boolean }> = [];
  private aheadMs = 0;

  constructor(private time = Date.UTC(2030, 0, 1)) {
    super();
  }

  override now(): number {
    return this.time + this.aheadMs;
  }

  /** The time of day is another, and nothing falls due by it: a machine slept, or somebody set its clock. */
  jump(ms: number): void {
    this.aheadMs += ms;
  }

  override soon(callback: () => void): void {
    setImmediate(callback);
  }

  override next(callback: () => void): void {
    process.nextTick(callback);
  }

  override after(delayMs: number, callback: () => void): () => void {
    const timer = { callback, live: true };
    setTimer(this.timers, this.time + delayMs, timer);
    return () => {
      timer.live = false;
    };
  }

  /** Moves the time on, and lets everything that falls due happen in its order. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (let first = firstTimer(this.timers); first && first[0] <= until; first = firstTimer(this.timers)) {
      dropFirstTimer(this.timers);
      this.time = Math.max(this.time, first[0]);
      if (first[1].live) first[1].callback();
      await settled();
    }
    this.time = until;
    await settled();
  }
}

/** Lets everything that can happen now happen: a fixed number of turns, more than any chain of hand-overs takes. */
export async function settled(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
