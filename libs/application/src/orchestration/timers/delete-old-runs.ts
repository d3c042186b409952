import { DeleteWorkflow, OrreryError } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { StreamKey } from '../../kernel/ports/log.js';
import type { EngineCommands } from '../engine-commands.js';
import type { ViewWriter } from '../ports/runs.js';
import type { Chore } from './housekeeping.js';

const RUNS_AT_ONCE = 100;

/** Deletes runs that ended long ago, where an installation keeps them for a time only. */
export class DeleteOldRuns implements Chore {
  /** `keptMs`: how long after its end a run is kept, in milliseconds. */
  constructor(
    private readonly views: ViewWriter,
    private readonly commands: EngineCommands,
    private readonly clock: Clock,
    private readonly keptMs: number,
  ) {}

  async do(partitions: readonly number[]): Promise<boolean> {
    const old = await this.views.endedRuns(partitions, this.clock.now() - this.keptMs, RUNS_AT_ONCE);
    const deleted = await Promise.all(old.map((key) => this.delete(key)));
    // The views may not have followed yet: what was deleted already is then listed again.
    return old.length === RUNS_AT_ONCE && deleted.includes(true);
  }

  private delete({ namespace, stream: workflow }: StreamKey): Promise<boolean> {
    return this.commands.send({ namespace, workflow }, new DeleteWorkflow({})).then(
      ({ changed }) => changed,
      (error: unknown) => {
        // Somebody set it going again, or was faster.
        if (error instanceof OrreryError) return false;
        throw error;
      },
    );
  }
}
