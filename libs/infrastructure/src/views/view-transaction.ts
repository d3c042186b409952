import { setImmediate as turn } from 'node:timers/promises';
import type { RunChange, ViewBatch } from '@orrery/application';
import { keepDeadLetters } from './dead-letter-statements.js';
import { keepDefinitions } from './definition-statements.js';
import { BEGIN_LONG, type Statement } from './pipeline.js';
import { type StartedRun, changeRuns, forgetRuns, insertRuns, rememberDeleted } from './run-statements.js';
import {
  type TaskPlace,
  type TaskRow,
  closeTasks,
  dropOpenTasks,
  forgetTasks,
  upsertTasks,
} from './task-statements.js';
import { ViewArrays } from './view-arrays.js';

/** One statement has the rows of so many runs. */
const RUNS_PER_STATEMENT = 200;

// The views can be rebuilt, so nobody waits until they are on the disk. A crash may lose the last batches, and loses
// their checkpoints with them: both were written by one transaction. What is found by a key is found by an index, even
// if the table was small enough to be read whole when the statement was planned.
export const BEGIN: Statement = {
  text: `${BEGIN_LONG.text}; set local synchronous_commit = off; set local enable_seqscan = off`,
  values: [],
};

export function isStarted(run: RunChange): run is StartedRun {
  return run.started !== undefined;
}

export function isDeleted(run: RunChange): boolean {
  return run.deletedAt !== undefined;
}

/**
 * What writes a batch, where every run that starts is new, and every other one has an older row. To put the rows of a
 * thousand runs together takes longer than a commit does: it is done before the transaction begins, and with pauses.
 */
export async function writeStatements(batch: Omit<ViewBatch, 'moves'>): Promise<Statement[]> {
  const arrays = new ViewArrays();
  const statements: Statement[] = [];
  for (let start = 0; start < batch.runs.length; start += RUNS_PER_STATEMENT) {
    if (start > 0) await turn();
    statements.push(...statementsOf(arrays, batch.runs.slice(start, start + RUNS_PER_STATEMENT)));
  }
  if (batch.definitions.length > 0) statements.push(...keepDefinitions(arrays, batch.definitions));
  statements.push(...keepDeadLetters(arrays, batch.deadLetters));
  return statements;
}

function statementsOf(arrays: ViewArrays, runs: readonly RunChange[]): Statement[] {
  const started: StartedRun[] = [];
  const changed: RunChange[] = [];
  const dropped: RunChange[] = [];
  const closed: TaskPlace[] = [];
  const open: TaskRow[] = [];
  const deleted = runs.filter(isDeleted);
  for (const run of runs) {
    const { namespace, stream } = run;
    if (isDeleted(run)) continue;
    for (const task of run.openTasks) open.push({ namespace, stream, task });
    if (isStarted(run)) {
      started.push(run);
      continue;
    }
    changed.push(run);
    if (run.dropOpenTasks) dropped.push(run);
    for (const ordinal of run.closedTasks) closed.push({ namespace, stream, ordinal });
  }
  return [
    ...some(deleted, (each) => forgetRuns(arrays, each)),
    ...some(deleted, (each) => forgetTasks(arrays, each)),
    ...some(deleted, (each) => rememberDeleted(arrays, each)),
    ...some(started, (each) => insertRuns(arrays, each)),
    ...some(changed, (each) => changeRuns(arrays, each)),
    ...some(dropped, (each) => dropOpenTasks(arrays, each)),
    ...some(closed, (places) => closeTasks(arrays, places)),
    ...some(open, (rows) => upsertTasks(arrays, rows)),
  ];
}

function some<T>(items: readonly T[], write: (items: readonly T[]) => Statement): Statement[] {
  return items.length > 0 ? [write(items)] : [];
}
