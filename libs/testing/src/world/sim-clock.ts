import { Clock } from '@orrery/application';
import type { Scheduler } from '../kernel/scheduler.js';
import type { SimNode } from './sim-node.js';

/** The time as one machine has it: its clock may be wrong, and while the machine stands still nothing calls back. */
export class SimClock extends Clock {
  /** How far it is ahead of the true time, in milliseconds. */
  skewMs = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly node: SimNode,
  ) {
    super();
  }

  /** Whether the machine that has it will ever go on. */
  get isAlive(): boolean {
    return this.node.isAlive;
  }

  override now(): number {
    return this.scheduler.now + this.skewMs;
  }

  override after(delayMs: number, callback: () => void): () => void {
    let live = true;
    const cancel = this.scheduler.after(delayMs, () => this.node.enter(() => live && callback()));
    return () => {
      live = false;
      cancel();
    };
  }

  override soon(callback: () => void): void {
    this.scheduler.after(0, () => this.node.enter(callback));
  }

  override next(callback: () => void): void {
    process.nextTick(() => this.node.enter(callback));
  }
}
