import type { Clock } from '../../kernel/ports/clock.js';

/** A hint may be lost, or given in another process: a waiting reader looks for itself this often, in milliseconds. */
export const LOOK_EVERY_MS = 1_000;

/** The patience of one reader: it ends with its time, or when nobody waits any more. */
export class Wait {
  private readonly until: number;
  private readonly over: Promise<void> | undefined;
  private isOver = false;

  constructor(
    private readonly clock: Clock,
    waitMs: number,
    abandoned?: (callback: () => void) => void,
  ) {
    this.until = clock.now() + waitMs;
    this.over =
      abandoned &&
      new Promise((resolve) =>
        abandoned(() => {
          this.isOver = true;
          resolve();
        }),
      );
  }

  /** How much of it is left, in milliseconds. */
  get leftMs(): number {
    return this.isOver ? 0 : this.until - this.clock.now();
  }

  /** Waits for something to change, as long as there is anybody to wait. */
  async for(change: Promise<void>): Promise<void> {
    await (this.over ? Promise.race([change, this.over]) : change);
  }
}
