import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import { jsonSize } from '../../kernel/json.js';
import { type Timers, dropFirstTimer, firstTimer, setTimer } from '../../kernel/timers.js';
import { become } from '../../kernel/transitions.js';
import type { Evolve } from '../../kernel/decider.js';
import type { Plan, PlannedTask, Scope } from '../definition/plan.js';
import { type TaskState, evolveTask, inHands, newTask } from '../task/task.js';
import { TASK_TRANSITIONS, type TaskStatus } from '../task/task-status.js';
import type { TaskEvent } from '../task/task.events.js';
import { WORKFLOW_TRANSITIONS, type WorkflowStatus, hasEnded } from './workflow-status.js';
import type { WorkflowEvent, WorkflowStopped } from './workflow.events.js';

/** Stands for the run itself where timers speak of tasks by ordinal. */
export const WHOLE_RUN = -1;

/** A run, folded from its events. Tasks are by ordinal; the compensations come after the tasks. */
export interface WorkflowState {
  /** Null before the start. */
  status: WorkflowStatus | null;
  id: string;
  input: Json;
  startedAt: number;
  /** When the whole run must have ended. */
  due: number | null;
  tasks: TaskState[];
  /** Readiness is counted: how many dependencies of each task are still open. */
  blockedBy: number[];
  outputs: Record<string, { output: Json }>;
  outputsSize: number;
  /** Tasks that are neither completed nor skipped, nor optional and failed. */
  open: number;
  /** Attempts, of tasks and compensations, that may be in a worker's hands. */
  inHands: number;
  /** The task whose final failure stops the run. */
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
    input: null,
    startedAt: 0,
    due: null,
    tasks: [],
    blockedBy: [],
    outputs: Object.create(null) as Record<string, { output: Json }>,
    outputsSize: 0,
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

/** Whether nothing new may be handed out: the run is stopping, stopped, paused or over. */
export function isHeld(state: WorkflowState): boolean {
  return state.status !== 'running' || state.failedTask !== null || state.stopped !== null;
}

/** Folds events into the run of a plan. */
export function workflowEvolve(plan: Plan): {
  readonly [T in WorkflowEvent['type']]: Evolve<WorkflowState, Extract<WorkflowEvent, { type: T }>>;
} {
  return {
    WorkflowStarted: (state, event) => {
      state.status = 'running';
      state.id = event.id;
      state.input = event.input;
      state.startedAt = event.startedAt;
      state.tasks = plan.tasks.map(newTask);
      state.blockedBy = plan.tasks.map((task) => task.dependsOn.length);
      state.open = plan.taskCount;
      setRunDue(state, event.due);
      return state;
    },

    TaskQueued: (state, event) => {
      inTask(state, event, plan);
      compensationBegan(state, plan.tasks[event.task]!);
      return state;
    },
    TaskStarted: (state, event) => {
      inTask(state, event, plan);
      compensationBegan(state, plan.tasks[event.task]!);
      return state;
    },
    TaskCompleted: (state, event) => {
      inTask(state, event, plan);
      const planned = plan.tasks[event.task]!;
      if (planned.compensates !== null) return compensated(state, planned);
      accepted(state, planned, event.output);
      if (planned.compensation !== null) state.undo.push(planned.compensation);
      return state;
    },
    TaskSkipped: (state, event) => {
      inTask(state, event, plan);
      accepted(state, plan.tasks[event.task]!, null);
      return state;
    },
    TaskFailed: (state, event) => {
      inTask(state, event, plan);
      const planned = plan.tasks[event.task]!;
      if (event.retryAt !== undefined) return state;
      if (planned.compensates !== null) return compensationFailed(state, planned, event.error);
      if (planned.optional) accepted(state, planned, null);
      else state.failedTask ??= event.task;
      return state;
    },
    TaskWithdrawn: (state, event) => {
      inTask(state, event, plan);
      return state;
    },

    WorkflowStopped: (state, { cause, error, compensate }) => {
      state.stopped = { cause, error, compensate };
      if (cause === 'cancelled' && state.status === 'paused') unpause(state);
      state.due = null;
      for (const task of state.tasks.slice(0, plan.taskCount)) stopTask(task);
      setTimersAgain(state);
      return state;
    },
    CompensationStarted: (state) => to(state, 'compensating'),

    WorkflowPaused: (state, { pausedAt }) => {
      state.statusBefore = state.status as 'running' | 'compensating';
      state.pausedAt = pausedAt;
      to(state, 'paused');
      setTimersAgain(state);
      return state;
    },
    WorkflowResumed: (state, { resumedAt }) => {
      const pausedFor = resumedAt - state.pausedAt!;
      for (const task of state.tasks) if (isFrozenByPause(task) && task.due !== null) task.due += pausedFor;
      if (state.due !== null) state.due += pausedFor;
      unpause(state);
      setTimersAgain(state);
      return state;
    },

    WorkflowRetried: (state, { status, due }) => {
      to(state, status);
      if (status === 'compensating') {
        state.undoFailure = null;
        again(state.tasks[state.undo.at(-1)!]!);
      } else {
        state.stopped = null;
        state.failedTask = null;
        for (const planned of plan.tasks) retryTask(state, planned);
        setRunDue(state, due);
      }
      return state;
    },

    WorkflowCompleted: (state) => end(state, 'completed'),
    WorkflowFailed: (state) => end(state, 'failed'),
    WorkflowCompensated: (state) => end(state, 'compensated'),
    WorkflowCancelled: (state) => end(state, 'cancelled'),
  };
}

function to(state: WorkflowState, status: WorkflowStatus): WorkflowState {
  state.status = become(WORKFLOW_TRANSITIONS, state.status!, status);
  return state;
}

function end(state: WorkflowState, status: WorkflowStatus): WorkflowState {
  state.due = null;
  state.timers = [];
  return to(state, status);
}

/** Folds a task's event into the task, and keeps the run's count of attempts in hands and its timers. */
function inTask(state: WorkflowState, event: TaskEvent, plan: Plan): void {
  const task = state.tasks[event.task]!;
  const before = inHands(task) ? 1 : 0;
  (evolveTask as Record<string, (task: TaskState, event: TaskEvent) => void>)[event.type]!(task, event);
  state.inHands += (inHands(task) ? 1 : 0) - before;
  // A frozen wait keeps its due time but fires only after the pause, which sets it anew.
  const frozen = state.pausedAt !== null && isFrozenByPause(task);
  if (task.due !== null && !frozen) setTimer(state.timers, task.due, plan.tasks[event.task]!.ordinal);
  dropStaleTimers(state);
}

/** A timer holds as long as its subject still waits for that very time. */
function dropStaleTimers(state: WorkflowState): void {
  for (let timer = firstTimer(state.timers); timer; timer = firstTimer(state.timers)) {
    if (dueOf(state, timer[1]) === timer[0]) return;
    dropFirstTimer(state.timers);
  }
}

/** When a task, or the whole run, falls due. */
export function dueOf(state: WorkflowState, subject: number): number | null {
  return subject === WHOLE_RUN ? state.due : state.tasks[subject]!.due;
}

/** Attempts under way go on during a pause; everything else that waits keeps the time it had left. */
function isFrozenByPause(task: TaskState): boolean {
  return task.status !== 'running';
}

function setTimersAgain(state: WorkflowState): void {
  state.timers = [];
  const paused = state.pausedAt !== null;
  if (state.due !== null && !paused) setTimer(state.timers, state.due, WHOLE_RUN);
  for (const [ordinal, task] of state.tasks.entries()) {
    if (task.due !== null && !(paused && isFrozenByPause(task))) setTimer(state.timers, task.due, ordinal);
  }
}

function setRunDue(state: WorkflowState, due: number | undefined): void {
  state.due = due ?? null;
  if (due !== undefined) setTimer(state.timers, due, WHOLE_RUN);
}

function unpause(state: WorkflowState): void {
  to(state, state.statusBefore!);
  state.statusBefore = null;
  state.pausedAt = null;
}

/** The task counts as done for what depends on it. */
function accepted(state: WorkflowState, planned: PlannedTask, output: Json): void {
  state.outputs[planned.key] = { output };
  state.outputsSize += jsonSize(output);
  state.open -= 1;
  for (const dependent of planned.dependents) state.blockedBy[dependent]! -= 1;
}

function move(task: TaskState, status: TaskStatus): void {
  task.status = become(TASK_TRANSITIONS, task.status, status);
}

/** What waits in the engine ends; what may be in a worker's hands is awaited, however long it was queued. */
function stopTask(task: TaskState): void {
  if (task.status === 'pending' || task.status === 'waiting') move(task, 'cancelled');
  if (task.status !== 'running') task.due = null;
}

function compensationBegan(state: WorkflowState, planned: PlannedTask): void {
  if (planned.compensates === null) return;
  state.undoing = planned.ordinal;
  const task = state.tasks[planned.compensates]!;
  if (task.status !== 'compensating') move(task, 'compensating');
}

function compensated(state: WorkflowState, planned: PlannedTask): WorkflowState {
  move(state.tasks[planned.compensates!]!, 'compensated');
  state.undoing = null;
  state.undo.pop();
  return state;
}

/** What could not be undone stands as it was: completed. It stays on the list for a retry by hand. */
function compensationFailed(state: WorkflowState, planned: PlannedTask, error: Failure): WorkflowState {
  const task = state.tasks[planned.compensates!]!;
  if (task.status === 'compensating') move(task, 'completed');
  state.undoing = null;
  state.undoFailure = error;
  return state;
}

function again(task: TaskState): void {
  move(task, 'pending');
  task.attemptsBefore = task.attempt;
  task.due = null;
}

/** After a retry by hand, what failed or never ran is open again. */
function retryTask(state: WorkflowState, planned: PlannedTask): void {
  const task = state.tasks[planned.ordinal]!;
  if (planned.compensates !== null) return;
  if (task.status === 'cancelled' || (task.status === 'failed' && !planned.optional)) again(task);
}

/** Whether the run is over, unless somebody retries it. */
export function isOver(state: WorkflowState): boolean {
  return state.status !== null && hasEnded(state.status);
}
