import {
  type DefinitionReference,
  type Failure,
  type Json,
  type Parent,
  type TaskId,
  type TaskStatus,
  type WorkflowId,
  type WorkflowStatus,
  LIMITS,
  hasEnded,
  itemOrdinal,
  jsonSize,
  outputOf,
  taskAt,
  taskId,
  taskOf,
} from '@orrery/domain';
import { childIdOf } from '../child-ids.js';
import { type RunPage, timesOf } from './run-page.js';
import { type ShownPage, runWaitsFor, taskWaitsFor } from './waiting-for.js';

/** How many tasks a page of a run has. */
export const TASKS_PER_PAGE = 500;
/** An input or output larger than this is left out unless it is asked for, in characters. */
export const PAYLOAD_SHOWN_MAX = 65_536;

/** A task as a client sees it. Times are RFC 3339. */
export interface TaskDetails {
  readonly id: TaskId;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly waitingFor: string | null;
  readonly dependsOn: readonly TaskId[];
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly output: Json;
  /** The output is larger than what is shown: ask for it. */
  readonly outputOmitted?: true;
  readonly error: Failure | null;
  readonly nextAttemptAt: string | null;
  readonly worker: string | null;
  /** The run that its last attempt is, for a task of type `workflow`. */
  readonly childId: string | null;
  /** For a task with a `forEach`: how many items it has, and how many of them are done. */
  readonly items: { readonly total: number; readonly ended: number } | null;
  /** What undoes it, if anything does. */
  readonly compensation: Omit<TaskDetails, 'compensation' | 'dependsOn' | 'output' | 'items'> | null;
}

/** A run as a client sees it. */
export interface WorkflowDetails {
  readonly id: string;
  readonly definition: DefinitionReference;
  readonly status: WorkflowStatus;
  readonly waitingFor: string | null;
  readonly input: Json;
  readonly inputOmitted?: true;
  readonly output: Json;
  readonly outputOmitted?: true;
  readonly error: Failure | null;
  /** The tasks that were to be undone and are not, the last completed first. */
  readonly notUndone: readonly string[];
  /** What will be trouble, if nothing changes. */
  readonly warning: string | null;
  readonly labels: { readonly [key: string]: string };
  readonly priority: number;
  /** The task of the run that it is a child of. */
  readonly parent: { readonly id: string; readonly taskId: TaskId; readonly attempt: number } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
  readonly tasks: readonly TaskDetails[];
  readonly tasksCursor: string | null;
}

export interface DetailsRequest {
  /** Where the page of tasks begins: what the last page gave as `tasksCursor`. */
  readonly tasksFrom: number;
  /** How many tasks it has at most; `TASKS_PER_PAGE`, if it is not said. */
  readonly tasksMax?: number;
  /** Whether inputs and outputs are given whole, however large. */
  readonly payloads: boolean;
}

/** Shows a page of a run. */
export function detailsOf(
  page: ShownPage,
  { tasksFrom, tasksMax = TASKS_PER_PAGE, payloads }: DetailsRequest,
): WorkflowDetails {
  const { started, state } = page;
  const ordinals = taskOrdinals(page);
  const last = tasksFrom + tasksMax;
  const tasks = ordinals.slice(tasksFrom, last).map((ordinal) => taskDetails(page, ordinal, payloads));
  return {
    id: started.id,
    definition: started.definition,
    status: state.status!,
    waitingFor: runWaitsFor(page),
    ...shown('input', started.input, payloads),
    ...shown('output', page.output, payloads),
    error: page.error,
    notUndone: page.notUndone.map((ordinal) => taskAt(page.plan, ordinal)!.key),
    warning: warningOf(page),
    labels: started.labels ?? {},
    priority: started.priority ?? 1,
    parent: started.parent ? shownParent(started.parent) : null,
    startedAt: iso(started.startedAt)!,
    endedAt: iso(page.endedAt),
    version: page.version,
    tasks,
    tasksCursor: last < ordinals.length ? String(last) : null,
  } as WorkflowDetails;
}

/** How many tasks a run has, and how many of them are done with: what a list says of it. */
export function progressOf(page: RunPage): { readonly total: number; readonly ended: number } {
  const total = taskOrdinals(page).length;
  return { total, ended: total - page.state.open };
}

/** One task of a run; undefined if it has none of this ordinal. */
export function taskDetailsOf(page: ShownPage, ordinal: number, payloads: boolean): TaskDetails | undefined {
  return taskOrdinals(page).includes(ordinal) ? taskDetails(page, ordinal, payloads) : undefined;
}

/** A run that grows long is told of long before it has to end. */
function warningOf({ state: { historyEvents, status } }: RunPage): string | null {
  const { historyEventsWarned: warned, historyEvents: most } = LIMITS;
  if (historyEvents < warned || hasEnded(status!)) return null;
  return `the run has recorded ${historyEvents} events; with more than ${most} (historyEvents) it fails`;
}

/** The tasks of the definition in its order, then those that the items of each `forEach` became. */
function taskOrdinals({ plan, state }: RunPage): number[] {
  const tasks = plan.tasks.slice(0, plan.taskCount).map(({ ordinal }) => ordinal);
  const items = plan.forEach.map((of) => state.lists[of]?.items.map((_, index) => itemOrdinal(plan, of, index)) ?? []);
  return [...tasks, ...items.flat()];
}

/** The attempt that a run is, by the ids that clients know. */
export function shownParent({ workflow, task, attempt }: Parent): NonNullable<WorkflowDetails['parent']> {
  return { id: workflow, taskId: taskId(workflow as WorkflowId, task), attempt };
}

function taskDetails(page: ShownPage, ordinal: number, payloads: boolean): TaskDetails {
  const { state, plan } = page;
  const planned = taskAt(plan, ordinal)!;
  const list = state.lists[ordinal];
  return {
    ...attemptDetails(page, ordinal),
    items: list ? { total: list.items.length, ended: list.items.length - list.open } : null,
    dependsOn: planned.dependsOn.map((on) => taskId(state.id as WorkflowId, on)),
    ...shown('output', outputOf(plan, state, planned) ?? null, payloads),
    compensation: planned.compensation === null ? null : attemptDetails(page, planned.compensation),
  } as TaskDetails;
}

function attemptDetails(page: ShownPage, ordinal: number): NonNullable<TaskDetails['compensation']> {
  const planned = taskAt(page.plan, ordinal)!;
  const task = taskOf(page.state, ordinal);
  const times = timesOf(page, ordinal);
  return {
    id: taskId(page.state.id as WorkflowId, ordinal),
    key: planned.key,
    type: planned.type,
    status: task.status,
    attempt: task.attempt,
    maxAttempts: task.attemptsBefore + planned.retry.maxAttempts,
    waitingFor: taskWaitsFor(page, ordinal),
    queuedAt: iso(times.queuedAt),
    startedAt: iso(times.startedAt),
    endedAt: iso(times.endedAt),
    error: task.error,
    nextAttemptAt: task.status === 'waiting' ? iso(task.due) : null,
    worker: times.worker,
    childId: task.child ? childIdOf(page.namespace, page.started.id, ordinal, task.attempt) : null,
  };
}

/** A payload, or a word that it is too large to be shown unasked. */
function shown<Name extends 'input' | 'output'>(
  name: Name,
  value: Json,
  whole: boolean,
): { readonly [N in Name]: Json } {
  const isShown = whole || jsonSize(value, PAYLOAD_SHOWN_MAX) <= PAYLOAD_SHOWN_MAX;
  return (isShown ? { [name]: value } : { [name]: null, [`${name}Omitted`]: true }) as { [N in Name]: Json };
}

/** Milliseconds since the epoch as RFC 3339. */
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
