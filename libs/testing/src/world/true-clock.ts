import { Clock } from '@orrery/application';
import type { Scheduler } from '../kernel/scheduler.js';

/** The true time: that of the database, and of whoever watches. */
export class TrueClock extends Clock {
  constructor(private readonly scheduler: Scheduler) {
    super();
  }

  override now(): number {
    return this.scheduler.now;
  }

  override after(delayMs: number, callback: () => void): () => void {
    return this.scheduler.after(delayMs, callback);
  }

  override soon(callback: () => void): void {
    this.scheduler.after(0, callback);
  }

  override next(callback: () => void): void {
    process.nextTick(callback);
  }
}
