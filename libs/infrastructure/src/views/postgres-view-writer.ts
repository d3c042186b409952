import {
  type DeletedRun,
  type OpenRun,
  type RunChange,
  type StreamKey,
  VIEWS_FOLLOWER,
  type ViewBatch,
  ViewWriter,
  keyOf,
} from '@orrery/application';
import type { Pool, PoolClient } from 'pg';
import { CHECKPOINT_MOVED, moveCheckpointsOrFail } from '../checkpoints/checkpoint-statements.js';
import { UNIQUE_VIOLATION, inDomainWords, sqlState } from '../log/sql-errors.js';
import { forgetDeletedRuns, readDeletedRuns, readEndedRuns } from './old-runs.js';
import { readOpenRuns } from './open-runs.js';
import { onConnection } from '../postgres/on-connection.js';
import { COMMIT, type Statement, StatementFailed, sendTogether } from './pipeline.js';
import { type FoundRun, findRuns, forgetRuns } from './run-statements.js';
import { forgetTasks } from './task-statements.js';
import { ViewArrays } from './view-arrays.js';
import { BEGIN, isDeleted, isStarted, writeStatements } from './view-transaction.js';

/** How `CHANGE_RUNS` says that not every row was there, and older. */
const DIVISION_BY_ZERO = '22012';

/** `lost`: somebody else moved a checkpoint. `surprised`: a row was there, or was not, against what a batch takes for granted. */
type Outcome = 'written' | 'lost' | 'surprised';

/**
 * Writes the views: a batch is one transaction of a few wide statements, sent in one go. The pool's connections have to
 * pipeline (`pipeline: true`).
 */
export class PostgresViewWriter extends ViewWriter {
  constructor(private readonly pool: Pool) {
    super();
    if (!pool.options.pipeline) throw new Error('The views are written through a pool whose connections pipeline.');
  }

  override write(batch: ViewBatch): Promise<boolean> {
    return inDomainWords(this.writeWhole(batch));
  }

  override async definitionHashes(runs: readonly StreamKey[]): Promise<ReadonlyMap<string, string>> {
    const { text, values } = findRuns(new ViewArrays(), runs);
    const { rows } = await inDomainWords(this.pool.query<FoundRun>(text, values));
    return new Map(rows.map((row) => [nameOf(row), row.definition_hash]));
  }

  override openRuns(partitions: readonly number[], dueBefore: number): AsyncIterable<readonly OpenRun[]> {
    return readOpenRuns(this.pool, partitions, dueBefore);
  }

  override endedRuns(partitions: readonly number[], endedBefore: number, limit: number): Promise<readonly StreamKey[]> {
    return inDomainWords(readEndedRuns(this.pool, { partitions, before: endedBefore, limit }));
  }

  override deletedRuns(
    partitions: readonly number[],
    deletedBefore: number,
    limit: number,
  ): Promise<readonly DeletedRun[]> {
    return inDomainWords(readDeletedRuns(this.pool, { partitions, before: deletedBefore, limit }));
  }

  override async forgetDeleted(runs: readonly StreamKey[]): Promise<void> {
    await inDomainWords(forgetDeletedRuns(this.pool, runs));
  }

  private async writeWhole(batch: ViewBatch): Promise<boolean> {
    const moves = batch.moves.length > 0 ? [moveCheckpointsOrFail(VIEWS_FOLLOWER, batch.moves)] : [];
    const statements = await writeStatements(batch);
    const asExpected = await this.attempt(moves, async (client) => {
      await sendTogether(client, [BEGIN, ...moves, ...statements, COMMIT]);
    });
    const outcome = asExpected === 'surprised' ? await this.writeWithCare(batch, moves) : asExpected;
    if (outcome === 'surprised') throw new Error('a batch changes a run twice, or somebody else changes its runs, too');
    return outcome === 'written';
  }

  /**
   * The log is being read again over rows that are there: looks at them first, passes over what they know already, and
   * begins anew with those that start.
   */
  private writeWithCare(batch: ViewBatch, moves: readonly Statement[]): Promise<Outcome> {
    return this.attempt(moves, async (client) => {
      const arrays = new ViewArrays();
      const found = (await sendTogether(client, [BEGIN, ...moves, findRuns(arrays, batch.runs)])).at(-1)!;
      const versions = new Map((found.rows as FoundRun[]).map((row) => [nameOf(row), row.version]));
      const runs = batch.runs.filter((run) => isNews(run, versions.get(keyOf(run))));
      const anew = runs.filter((run) => isStarted(run) && versions.has(keyOf(run)));
      const forget = [forgetRuns(arrays, anew), forgetTasks(arrays, anew)];
      await sendTogether(client, [...forget, ...(await writeStatements({ ...batch, runs })), COMMIT]);
    });
  }

  private async attempt(moves: readonly Statement[], work: (client: PoolClient) => Promise<void>): Promise<Outcome> {
    try {
      await onConnection(this.pool, work);
      return 'written';
    } catch (error) {
      if (!(error instanceof StatementFailed)) throw error;
      const state = sqlState(error.cause);
      if (state === CHECKPOINT_MOVED && moves.includes(error.statement)) return 'lost';
      if (state === DIVISION_BY_ZERO || state === UNIQUE_VIOLATION) return 'surprised';
      throw error.cause;
    }
  }
}

function nameOf({ namespace, id }: FoundRun): string {
  return keyOf({ namespace, stream: id } as StreamKey);
}

/** Whether a row of this version, or none, is to be moved. */
function isNews(run: RunChange, version: number | undefined): boolean {
  if (isDeleted(run)) return true;
  return version === undefined ? isStarted(run) : run.version > version;
}
