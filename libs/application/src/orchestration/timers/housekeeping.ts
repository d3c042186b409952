import type { Clock } from '../../kernel/ports/clock.js';
import type { Ownership } from '../../kernel/ports/ownership.js';

/** How soon a chore goes on when there is more to do, and how often it looks whether there is anything, in milliseconds. */
const GO_ON_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 60_000;

/** Something that is done little by little in the partitions of this process. */
export interface Chore {
  /** Does some of it, and says whether there is more. */
  do(partitions: readonly number[]): Promise<boolean>;
}

/** Does the chores at a bounded rate, beside everything that is urgent. */
export class Housekeeping {
  private stopped = false;
  private cancel: () => void = () => undefined;
  private doing: Promise<void> = Promise.resolve();

  constructor(
    private readonly chores: readonly Chore[],
    private readonly ownership: Ownership,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.later(LOOK_EVERY_MS);
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await this.doing;
  }

  private later(ms: number): void {
    this.cancel = this.clock.after(ms, () => {
      this.doing = this.doAll();
    });
  }

  private async doAll(): Promise<void> {
    let isMore = false;
    for (const chore of this.chores) {
      const partitions = [...this.ownership.owned()];
      if (this.stopped || partitions.length === 0) break;
      try {
        if (await chore.do(partitions)) isMore = true;
      } catch (error) {
        this.onError(error);
      }
    }
    if (!this.stopped) this.later(isMore ? GO_ON_AFTER_MS : LOOK_EVERY_MS);
  }
}
