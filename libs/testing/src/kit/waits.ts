import type { SimClock } from '../world/sim-clock.js';

/** Everything that the user's code waits for by the clock: where nothing else is to happen, time may skip to it. */
export class Waits {
  private readonly open = new Set<{ readonly at: number; readonly isAlive: () => boolean }>();

  constructor(private readonly now: () => number) {}

  /** Calls back once after so many milliseconds; the returned function takes it back. */
  after(clock: SimClock, ms: number, callback: () => void): () => void {
    const wait = { at: this.now() + ms, isAlive: () => clock.isAlive };
    this.open.add(wait);
    const cancel = clock.after(ms, () => {
      this.open.delete(wait);
      callback();
    });
    return () => {
      this.open.delete(wait);
      cancel();
    };
  }

  /** When the first of them is over; nothing if nobody waits. */
  get first(): number | undefined {
    const times = [...this.open].filter(({ isAlive }) => isAlive()).map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
