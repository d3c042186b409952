import type { RunChange, ViewBatch } from '@orrery/application';
import { keepDefinitions } from './definition-statements.js';
import type { Statement } from './pipeline.js';
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

// The views can be rebuilt, so nobody waits until they are on the disk. A crash may lose the last batches, and loses
// their checkpoints with them: both were written by one transaction. What is found by a key is found by an index, even
// if the table was small enough to be read whole when the statement was planned.
export const BEGIN: Statement = {
  text: 'begin; set local synchronous_commit = off; set local enable_seqscan = off',
  values: [],
};
export const COMMIT: Statement = { text: 'commit', values: [] };

export function isStarted(run: RunChange): run is StartedRun {
  return run.started !== undefined;
}

export function isDeleted(run: RunChange): boolean {
  return run.deletedAt !== undefined;
}

/** What writes a batch, where every run that starts is new, and every other one has an older row. */
export function writeStatements(batch: Pick<ViewBatch, 'runs' | 'definitions'>): Statement[] {
  const arrays = new ViewArrays();
  const started: StartedRun[] = [];
  const changed: RunChange[] = [];
  const dropped: RunChange[] = [];
  const closed: TaskPlace[] = [];
  const open: TaskRow[] = [];
  const deleted = batch.runs.filter(isDeleted);
  for (const run of batch.runs) {
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
    ...some(deleted, (runs) => forgetRuns(arrays, runs)),
    ...some(deleted, (runs) => forgetTasks(arrays, runs)),
    ...some(deleted, (runs) => rememberDeleted(arrays, runs)),
    ...some(started, (runs) => insertRuns(arrays, runs)),
    ...some(changed, (runs) => changeRuns(arrays, runs)),
    ...some(dropped, (runs) => dropOpenTasks(arrays, runs)),
    ...some(closed, (places) => closeTasks(arrays, places)),
    ...some(open, (rows) => upsertTasks(arrays, rows)),
    ...(batch.definitions.length > 0 ? keepDefinitions(arrays, batch.definitions) : []),
  ];
}

function some<T>(items: readonly T[], write: (items: readonly T[]) => Statement): Statement[] {
  return items.length > 0 ? [write(items)] : [];
}
