import type { Clock } from '@orrery/application';
import type { Pool } from 'pg';
import { describeError } from '../logging/describe-error.js';
import type { PrimaryCourse } from './primary-course.js';
import type { Replica, ReplicaState } from './replica.js';
import { seePrimary, seeReplica } from './sights.js';

/** How often a replica is looked at that is well, in milliseconds. */
const LOOK_EVERY_MS = 1_000;
/** One that is not is looked at again after this long, then after twice as long each time, up to the other. */
const LOOK_AGAIN_MS = 250;
const LOOK_AGAIN_MAX_MS = 15_000;
/** What a replica lacks is never older than this, or it is not read from; in milliseconds. */
export const LAG_MAX_MS = 10_000;

/** Where the primary and a replica are looked at. */
export interface Looks {
  readonly primary: Pool;
  readonly replica: Pool;
}

/** Looks at a replica again and again, and says whether it may be read from. */
export class WatchReplica {
  private cancel: () => void = () => undefined;
  private failures = 0;
  private stopped = false;
  private told: string | undefined;

  constructor(
    private readonly replica: Replica,
    private readonly looks: Looks,
    private readonly course: PrimaryCourse,
    private readonly clock: Clock,
    /** Told when it is read from no more, and when it is again. */
    private readonly onChange: (words: string) => void,
  ) {
    replica.onLost = () => {
      this.tell(replica.state);
      this.lookAfter(LOOK_AGAIN_MS);
    };
  }

  start(): void {
    void this.look();
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
    this.replica.becomes({ isUsed: false, lagMs: null, reason: 'the process stops' });
  }

  private async look(): Promise<void> {
    const state = await this.see();
    if (!this.stopped) this.found(state);
  }

  private async see(): Promise<ReplicaState> {
    try {
      // Before the replica, so that it is not thought to lack what came in between. A primary that is away writes nothing.
      await seePrimary(this.looks.primary).then(
        (sight) => this.course.saw(sight, performance.now()),
        () => undefined,
      );
      const sight = await seeReplica(this.looks.replica);
      this.failures = 0;
      const fault = this.course.faultOf(sight);
      if (fault !== undefined) return { isUsed: false, lagMs: null, reason: fault };
      const lagMs = this.course.lagMs(sight);
      if (lagMs <= LAG_MAX_MS) return { isUsed: true, lagMs };
      return { isUsed: false, lagMs: lagMs === Infinity ? null : lagMs, reason: 'it is too far behind' };
    } catch (error) {
      this.failures += 1;
      const { message } = describeError(error);
      return { isUsed: false, lagMs: null, reason: `it does not answer: ${message}` };
    }
  }

  private found(state: ReplicaState): void {
    this.tell(state);
    this.replica.becomes(state);
    this.lookAfter(this.failures > 0 ? LOOK_AGAIN_MS * 2 ** (this.failures - 1) : LOOK_EVERY_MS);
  }

  private lookAfter(ms: number): void {
    this.cancel();
    this.cancel = this.clock.after(Math.min(ms, LOOK_AGAIN_MAX_MS), () => void this.look());
  }

  private tell({ reason }: ReplicaState): void {
    if (reason === this.told) return;
    this.told = reason;
    const { name } = this.replica;
    this.onChange(
      reason === undefined ? `Replica ${name} is read from again.` : `Replica ${name} is not read from: ${reason}.`,
    );
  }
}
