import type { WorkflowEvent } from '@orrery/domain';
import type { Checkpoints } from '../../kernel/ports/checkpoints.js';
import type { Clock } from '../../kernel/ports/clock.js';
import { type Commit, type Log, isAfter } from '../../kernel/ports/log.js';
import type { Snapshots } from '../../kernel/ports/snapshots.js';
import { eventsOf } from '../recorded-events.js';
import type { ViewWriter } from '../ports/runs.js';
import type { Chore } from './housekeeping.js';

const RUNS_AT_ONCE = 100;

/** Where what is forgotten stands. */
export interface Keepers {
  readonly views: ViewWriter;
  readonly log: Log;
  readonly snapshots: Snapshots;
  readonly checkpoints: Checkpoints;
}

/**
 * Removes the events of deleted runs when every follower has passed them and their time is over. The last row stays for
 * good: it keeps the version and the hash, so that nothing late begins the run again. Each step may come a second time.
 */
export class ForgetDeletedRuns implements Chore {
  /** `keptMs`: how long after the deletion events are kept, in milliseconds. */
  constructor(
    private readonly keepers: Keepers,
    private readonly clock: Clock,
    private readonly keptMs: number,
  ) {}

  async do(partitions: readonly number[]): Promise<boolean> {
    const { views, log, snapshots } = this.keepers;
    const due = await views.deletedRuns(partitions, this.clock.now() - this.keptMs, RUNS_AT_ONCE);
    if (due.length === 0) return false;
    const ends = await log.readStreams(due.map(({ version, ...key }) => ({ ...key, version: version - 1 })));
    const forgotten = await this.passed(ends.filter(isDeletion));
    await snapshots.remove(forgotten);
    // One after the other: an open write transaction holds back every reader of the log, and one run may be long.
    for (const run of forgotten) await log.forgetAllButLast([run]);
    // Last of all: as long as they are remembered, all of it is done again.
    await views.forgetDeleted(forgotten);
    return forgotten.length === RUNS_AT_ONCE;
  }

  /** Those that no follower has still to read. */
  private async passed(ends: readonly Commit[]): Promise<readonly Commit[]> {
    const partitions = [...new Set(ends.map(({ partition }) => partition))];
    const passed = await this.keepers.checkpoints.passedByAll(partitions);
    return ends.filter(({ partition, cursor }) => {
      const checkpoint = passed.get(partition);
      return checkpoint !== undefined && !isAfter(cursor, checkpoint);
    });
  }
}

function isDeletion(commit: Commit): boolean {
  return eventsOf<WorkflowEvent>(commit).at(-1)!.event.type === 'WorkflowDeleted';
}
