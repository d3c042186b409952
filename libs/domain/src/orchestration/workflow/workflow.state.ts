import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import { type Timers, firstTimer } from '../../kernel/timers.js';
import type { PlannedTask, Scope } from '../definition/plan.js';
import { LIMITS } from '../definition/limits.js';
import { type TaskState } from '../task/task.js';
import { type WorkflowStatus, hasEnded } from './workflow-status.js';
import type { WorkflowStopped } from './workflow.events.js';

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
  tasks: TaskState[];
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
  pausedAt: number | null;
  statusBefore: 'running' | 'compensating' | null;
  timers: Timers;
}

export function newWorkflow(): WorkflowState {
  return {
    status: null,
    id: '',
    definitionHash: '',
    input: null,
    startedAt: 0,
    due: null,
    tasks: [],
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
    pausedAt: null,
    statusBefore: null,
    timers: [],
  };
}

/** What the run's expressions read. */
export function scopeOf(state: WorkflowState): Scope {
  return {
    input: state.input,
    tasks: state.outputs,
    workflow: { id: state.id, startedAt: new Date(state.startedAt).toISOString() },
  };
}

/** When something falls due next, in milliseconds since the epoch; nothing if the run waits for no time. */
export function nextDue(state: WorkflowState): number | undefined {
  return firstTimer(state.timers)?.[0];
}

/** When a task, or the whole run, falls due; null while it waits for no time, or the run's pause holds it. */
export function firesAt(state: WorkflowState, subject: number): number | null {
  const paused = state.pausedAt !== null;
  if (subject === WHOLE_RUN) return paused ? null : state.due;
  const task = state.tasks[subject]!;
  return paused && isFrozenByPause(task) ? null : task.due;
}

/** Attempts under way go on during a pause; everything else that waits keeps the time it had left. */
export function isFrozenByPause(task: TaskState): boolean {
  return task.status !== 'running';
}

/** Whether no task may begin any more: one has failed for good, or the run was stopped for another reason. */
export function isStopping(state: WorkflowState): boolean {
  return state.failedTask !== null || state.stopped !== null;
}

/** Whether the task counts as done for what depends on it. */
export function isAccepted(state: WorkflowState, { key }: PlannedTask): boolean {
  return Object.hasOwn(state.outputs, key);
}

/** How many characters of this task's output the run may still keep. Of a compensation's it keeps none. */
export function outputLeft(state: WorkflowState, { compensates }: PlannedTask): number {
  return compensates === null ? LIMITS.outputsBytes - state.outputsSize : LIMITS.outputsBytes;
}

/** Whether the run has recorded more than it may. */
export function isTooLong({ historyEvents, historySize }: WorkflowState): boolean {
  return historyEvents > LIMITS.historyEvents || historySize > LIMITS.historyBytes;
}

/** Whether the run is over, unless somebody retries it. */
export function isOver(state: WorkflowState): boolean {
  return state.status !== null && hasEnded(state.status);
}
