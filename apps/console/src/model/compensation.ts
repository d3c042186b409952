import type { Attempt, RunEvent, RunStatus, Task } from '../api/types.js';
import { stemOf } from './collapse.js';
import type { Coverage, PlannedTask } from './definition-graph.js';
import { listKey } from './run-fold.js';
import { countOfTasks } from './sentences.js';

/** A completed task, and what undoes it. */
export interface UndoStep {
  readonly task: Task;
  readonly by: Attempt;
}

/** Completed tasks that are alike and that nothing undoes, with the reason, where the definition gives one. */
export interface Kept {
  readonly task: Task;
  readonly count: number;
  readonly coverage: Coverage | undefined;
  readonly reason: string;
}

/** What of a run has been undone, or would be, in that order; and what stays as it is. */
export interface Undoing {
  readonly steps: readonly UndoStep[];
  readonly kept: readonly Kept[];
}

/** The last completed goes first. `plan` is what the definition says of its tasks, if it is known. */
export function undoingOf(
  tasks: readonly Task[],
  events: readonly RunEvent[],
  plan: readonly PlannedTask[] = [],
): Undoing {
  const completed = events.filter(({ type }) => type === 'TaskCompleted');
  const order = new Map(completed.map(({ data, version }) => [data['taskId'], version]));
  const steps = tasks
    .flatMap((task) => (task.compensation && order.has(task.id) ? [{ task, by: task.compensation }] : []))
    .sort((a, b) => order.get(b.task.id)! - order.get(a.task.id)!);
  return { steps, kept: keptOf(tasks, plan) };
}

function keptOf(tasks: readonly Task[], plan: readonly PlannedTask[]): readonly Kept[] {
  const planned = new Map(plan.map((task) => [task.key, task]));
  const keys = new Set(tasks.map(({ key }) => key));
  // A list speaks for its items, and is undone item by item.
  const isItem = ({ key }: Task) => keys.has(listKey(key) ?? '');
  const isUndone = ({ key, compensation }: Task) => compensation !== null || planned.get(key)?.coverage === 'undone';
  const kept = new Map<string, Kept>();
  for (const task of tasks.filter((each) => each.status === 'completed' && !isItem(each) && !isUndone(each))) {
    const { coverage, undoneBy: reason = '' } = planned.get(task.key) ?? {};
    const alike = [task.type, stemOf(task.key), reason].join('|');
    const { task: first = task, count = 0 } = kept.get(alike) ?? {};
    kept.set(alike, { task: first, count: count + 1, coverage, reason });
  }
  return [...kept.values()];
}

/** The stop that holds: a retry that runs on has lifted the one before it. */
function stopOf(events: readonly RunEvent[]): RunEvent | undefined {
  const last = events.findLast(
    ({ type, data }) => type === 'WorkflowStopped' || (type === 'WorkflowRetried' && data['status'] === 'running'),
  );
  return last?.type === 'WorkflowStopped' ? last : undefined;
}

/** How far it has come with undoing, in a sentence. */
export function sayUndoing(status: RunStatus, events: readonly RunEvent[], steps: readonly UndoStep[]): string {
  const stop = stopOf(events);
  if (!stop)
    return status === 'completed' ? 'It is completed: nothing of it is undone any more.' : sayWould(steps.length);
  if (stop.data['compensate'] !== true) return 'It was stopped without undoing what was done.';
  if (steps.length === 0) return 'There was nothing to undo.';
  const done = steps.filter(({ by }) => by.status === 'completed').length;
  if (done === steps.length) return `${countOfTasks(done)} undone, the last completed first.`;
  const open = `${done} of ${countOfTasks(steps.length)} undone, the last completed first.`;
  return status === 'failed' ? `${open} Then undoing failed; a retry goes on from there.` : open;
}

const sayWould = (count: number) =>
  count === 0
    ? 'Nothing would have to be undone yet.'
    : `If it had to be undone now, ${countOfTasks(count)} would be, the last completed first.`;
