import { type Failure, Gone } from '../../kernel/errors.js';
import type { Fifo } from '../../kernel/fifo.js';
import type { Json } from '../../kernel/json.js';
import { type Timers, firstTimer } from '../../kernel/timers.js';
import type { Plan, PlannedTask, Scope } from '../definition/plan.js';
import { LIMITS } from '../definition/limits.js';
import { taskAt } from '../definition/items.js';
import { type TaskState } from '../task/task.js';
import { type WorkflowStatus, hasEnded } from './workflow-status.js';
import type { Parent, WorkflowStopped } from './workflow.events.js';

/** Stands for the run itself where timers speak of tasks by ordinal. */
export const WHOLE_RUN = -1;

/**
 * A run, folded from its events. Tasks are by ordinal; the compensations come after the tasks. It is plain JSON, so that
 * a snapshot of it is the state itself.
 */
export interface WorkflowState {
  /** Null before the start. */
  status: WorkflowStatus | null;
  id: string;
  /** Which plan it runs. */
  definitionHash: string;
  input: Json;
  startedAt: number;
  /** When the whole run must have ended. */
  due: number | null;
  priority: number;
  parent: Parent | null;
  tasks: TaskState[];
  /** The tasks that items of a `forEach` became, and what undoes them, by ordinal. */
  items: Record<number, TaskState>;
  /** Each `forEach` that has begun, by the ordinal of its task. */
  lists: Record<number, ListState>;
  /** Readiness is counted: how many dependencies of each task are still open. */
  blockedBy: number[];
  /** By task key: of what is accepted, and of nothing else. */
  outputs: Record<string, { output: Json }>;
  outputsSize: number;
  /** How long the run's history is, and about how many characters its payloads take. */
  historyEvents: number;
  historySize: number;
  /** How many tasks are not accepted yet: neither completed nor skipped, nor optional and failed for good. */
  open: number;
  /** Attempts, of tasks and compensations, that may be in a worker's hands. */
  inHands: number;
  /** The task whose final failure stops the run; null if it was anything else. */
  failedTask: number | null;
  stopped: { cause: WorkflowStopped['cause']; error: Failure; compensate: boolean } | null;
  /** Compensations still to be run (by their own ordinal), in the order in which their tasks completed. */
  undo: number[];
  /** The compensation that is under way. */
  undoing: number | null;
  /** Why the last compensation failed for good, until somebody retries the run. */
  undoFailure: Failure | null;
  /** What came and is not taken yet, by name, oldest first. */
  signals: Record<string, Fifo<Json>>;
  /** How many those are. */
  signalsKept: number;
  /** Which tasks wait for a signal, by its name, longest first; one that no longer waits is passed over. */
  awaiting: Record<string, Fifo<number>>;
  pausedAt: number | null;
  pausedBy: 'parent' | null;
  statusBefore: 'running' | 'compensating' | null;
  timers: Timers;
  /** Somebody deleted it: nothing can be asked of it any more. */
  deleted: boolean;
}

/** A `forEach` that is under way, or was. */
export interface ListState {
  items: readonly Json[];
  /** By index; null where an item is not done. Empty once they are the output of the task. */
  outputs: ({ output: Json } | null)[];
  /** The indices of the items that are still to begin, the next one last. */
  waiting: number[];
  /** How many items have begun and are not done. */
  active: number;
  /** How many are not done. */
  open: number;
}

export function newWorkflow(): WorkflowState {
  return {
    status: null,
    id: '',
    definitionHash: '',
    input: null,
    startedAt: 0,
    due: null,
    priority: 1,
    parent: null,
    tasks: [],
    items: {},
    lists: {},
    blockedBy: [],
    outputs: {},
    outputsSize: 0,
    historyEvents: 0,
    historySize: 0,
    open: 0,
    inHands: 0,
    failedTask: null,
    stopped: null,
    undo: [],
    undoing: null,
    undoFailure: null,
    signals: {},
    signalsKept: 0,
    awaiting: {},
    pausedAt: null,
    pausedBy: null,
    statusBefore: null,
    timers: [],
    deleted: false,
  };
}

/** A task or compensation of the run, also that of an item. */
export function taskOf(state: WorkflowState, ordinal: number): TaskState {
  return state.tasks[ordinal] ?? state.items[ordinal]!;
}

/** Every task and compensation of the run that there is by now, by ordinal. */
export function* tasksOf({ tasks, items }: WorkflowState): Iterable<readonly [ordinal: number, task: TaskState]> {
  yield* tasks.entries();
  for (const [ordinal, task] of Object.entries(items)) yield [Number(ordinal), task];
}

/** What the run's expressions read; what few of them ask for is made when they do. */
class RunScope implements Scope {
  readonly input: Json;
  readonly tasks: WorkflowState['outputs'];

  constructor(private readonly state: WorkflowState) {
    this.input = state.input;
    this.tasks = state.outputs;
  }

  get workflow(): Scope['workflow'] {
    return { id: this.state.id, startedAt: new Date(this.state.startedAt).toISOString() };
  }
}

export function scopeOf(state: WorkflowState): Scope {
  return new RunScope(state);
}

/** What the expressions of one task read: those of an item also the item, and what undoes it the item's own output. */
export function scopeFor(plan: Plan, { item, compensates }: PlannedTask, state: WorkflowState): Scope {
  const scope = scopeOf(state);
  if (item === null) return scope;
  const { input, workflow } = scope;
  const { of, index } = item;
  const ofItem = { input, workflow, tasks: scope.tasks, item: state.lists[of]!.items[index]!, index };
  if (compensates === null) return ofItem;
  const tasks: Record<string, { output: Json }> = { ...scope.tasks };
  const output = outputOf(plan, state, taskAt(plan, compensates)!)!;
  Object.defineProperty(tasks, plan.tasks[of]!.key, { value: { output }, enumerable: true });
  return { ...ofItem, tasks };
}

/** When something falls due next, in milliseconds since the epoch; nothing if the run waits for no time. */
export function nextDue(state: WorkflowState): number | undefined {
  return firstTimer(state.timers)?.[0];
}

/** When a task, or the whole run, falls due; null while it waits for no time, or the run's pause holds it. */
export function firesAt(state: WorkflowState, subject: number): number | null {
  const paused = state.pausedAt !== null;
  if (subject === WHOLE_RUN) return paused ? null : state.due;
  const task = taskOf(state, subject);
  return paused && isFrozenByPause(task) ? null : task.due;
}

/** Workers go on during a pause; everything else, child runs too, keeps the time it had left. */
export function isFrozenByPause({ status, child }: TaskState): boolean {
  return status !== 'running' || child === true;
}

/** Whether no task may begin any more: one has failed for good, or the run was stopped for another reason. */
export function isStopping(state: WorkflowState): boolean {
  return state.failedTask !== null || state.stopped !== null;
}

/** The output of a task that counts as done; that of an item stands in its list. Nothing for any other. */
export function outputOf(plan: Plan, { outputs, lists }: WorkflowState, { key, item }: PlannedTask): Json | undefined {
  const wholeOf = (whole: string) => (Object.hasOwn(outputs, whole) ? outputs[whole]!.output : undefined);
  if (item === null) return wholeOf(key);
  const list = wholeOf(plan.tasks[item.of]!.key) as readonly Json[] | undefined;
  return list ? list[item.index] : lists[item.of]!.outputs[item.index]?.output;
}

/** Whether the task counts as done: for what depends on it, or for its list. */
export function isAccepted(state: WorkflowState, { key, item }: PlannedTask): boolean {
  if (item === null) return Object.hasOwn(state.outputs, key);
  const { open, outputs } = state.lists[item.of]!;
  return open === 0 || outputs[item.index] !== null;
}

/** How many characters of this task's output the run may still keep. Of a compensation's it keeps none. */
export function outputLeft(state: WorkflowState, { compensates }: PlannedTask): number {
  return compensates === null ? LIMITS.outputsBytes - state.outputsSize : LIMITS.outputsBytes;
}

/** Whether the run has recorded more than it may. */
export function isTooLong({ historyEvents, historySize }: WorkflowState): boolean {
  return historyEvents > LIMITS.historyEvents || historySize > LIMITS.historyBytes;
}

/** How urgent a task is, from 0 to 9: as its definition says, moved up or down by the priority of its run (1 moves nothing). */
export function priorityOf({ priority }: PlannedTask, run: WorkflowState): number {
  return Math.max(0, Math.min(9, priority + run.priority - 1));
}

/** What is asked of a deleted run, or of its id, is answered by this and nothing else. */
export function runDeleted(): Gone {
  return new Gone('workflow.deleted', 'the run was deleted');
}

/** Whether the run is over, unless somebody retries it. */
export function isOver(state: WorkflowState): boolean {
  return state.status !== null && hasEnded(state.status);
}
