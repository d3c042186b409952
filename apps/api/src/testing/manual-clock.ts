import { Clock } from '@orrery/application';

/** A clock that stands still until a spec moves it. */
export class ManualClock extends Clock {
  private timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(private time = Date.UTC(2030, 0, 1)) {
    super();
  }

  override now(): number {
    return this.time;
  }

  override soon(callback: () => void): void {
    setImmediate(callback);
  }

  override next(callback: () => void): void {
    process.nextTick(callback);
  }

  override after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  /** Moves the time on; what falls due happens in its order. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.time = next.at;
      next.callback();
    }
    this.time = until;
  }
}
