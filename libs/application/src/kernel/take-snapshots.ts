import type { Aggregate } from './aggregate.js';
import type { Clock } from './ports/clock.js';
import type { Snapshots } from './ports/snapshots.js';

/** How often streams that have grown are looked at, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/**
 * Keeps snapshots of long streams, after they have committed and never in the append: a snapshot may be lost, or be
 * late, for the events are all there.
 */
export class TakeSnapshots {
  private readonly grown = new Set<Aggregate>();
  private looking = false;

  constructor(
    private readonly snapshots: Snapshots,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A stream has committed. */
  committed(aggregate: Aggregate): void {
    if (aggregate.version - aggregate.kept < aggregate.type.snapshotEvery(aggregate.state)) return;
    this.grown.add(aggregate);
    if (this.looking) return;
    this.looking = true;
    this.clock.after(LOOK_EVERY_MS, () => void this.look());
  }

  private async look(): Promise<void> {
    // A state with something decided ahead in it is not yet what the log has: its turn comes when it is idle.
    const settled = [...this.grown].filter(({ isIdle }) => isIdle);
    for (const aggregate of settled) this.grown.delete(aggregate);
    for (const aggregate of this.grown) if (aggregate.dropped) this.grown.delete(aggregate);
    const worthwhile = settled.filter(({ dropped, state, type }) => !dropped && !type.isOver(state));
    try {
      if (worthwhile.length > 0) await this.snapshots.save(worthwhile.map((aggregate) => aggregate.snapshot()));
    } catch (error) {
      this.onError(error);
    }
    this.looking = this.grown.size > 0;
    if (this.looking) this.clock.after(LOOK_EVERY_MS, () => void this.look());
  }
}
