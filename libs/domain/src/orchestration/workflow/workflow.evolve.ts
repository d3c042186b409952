import type { Evolve } from '../../kernel/decider.js';
import type { Failure } from '../../kernel/errors.js';
import { type Json, jsonSize } from '../../kernel/json.js';
import { dropFirstTimer, firstTimer, setTimer } from '../../kernel/timers.js';
import { become } from '../../kernel/transitions.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { type TaskState, evolveTask, inHands, moveTask, newTask } from '../task/task.js';
import type { TaskEvent } from '../task/task.events.js';
import { WORKFLOW_TRANSITIONS, type WorkflowStatus } from './workflow-status.js';
import type { WorkflowEvent } from './workflow.events.js';
import { WHOLE_RUN, type WorkflowState, firesAt, isAccepted, isFrozenByPause, isStopping } from './workflow.state.js';

type Rows = { readonly [T in WorkflowEvent['type']]: Evolve<WorkflowState, Extract<WorkflowEvent, { type: T }>> };

/** Folds events into the run of a plan. */
export function workflowEvolve(plan: Plan): Rows {
  return counting({
    WorkflowStarted: (state, event) => {
      state.status = 'running';
      state.id = event.id;
      state.definitionHash = event.definition.hash;
      state.input = event.input;
      state.startedAt = event.startedAt;
      state.tasks = plan.tasks.map(newTask);
      state.blockedBy = plan.tasks.map((task) => task.dependsOn.length);
      state.open = plan.taskCount;
      setRunDue(state, event.due);
      return state;
    },

    TaskQueued: (state, event) => {
      inTask(state, event);
      compensationBegan(state, plan.tasks[event.task]!);
      return state;
    },
    TaskStarted: (state, event) => {
      inTask(state, event);
      compensationBegan(state, plan.tasks[event.task]!);
      return state;
    },
    TaskCompleted: (state, event) => {
      inTask(state, event);
      const planned = plan.tasks[event.task]!;
      const size = jsonSize(event.output);
      state.historySize += size;
      if (planned.compensates !== null) return compensated(state, planned);
      accepted(state, planned, event.output, size);
      if (planned.compensation !== null) state.undo.push(planned.compensation);
      return state;
    },
    TaskSkipped: (state, event) => {
      inTask(state, event);
      accepted(state, plan.tasks[event.task]!);
      return state;
    },
    TaskFailed: (state, event) => {
      inTask(state, event);
      state.historySize += jsonSize(event.error as unknown as Json);
      const planned = plan.tasks[event.task]!;
      if (event.retryAt !== undefined) return state;
      if (planned.compensates !== null) return compensationFailed(state, planned, event.error);
      // In a run that stops already it is the end of this task and no more: it was not let try as often as it may.
      if (isStopping(state)) return state;
      if (planned.optional) accepted(state, planned);
      else state.failedTask = event.task;
      return state;
    },
    TaskWithdrawn: (state, event) => {
      inTask(state, event);
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
      // A clock that was set back must not bring anything forward.
      const pausedFor = Math.max(0, resumedAt - state.pausedAt!);
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
  });
}

/** The same rows, each of which also makes the history one event longer. */
function counting(rows: Rows): Rows {
  const counted = Object.entries(rows as Record<string, Evolve<WorkflowState, WorkflowEvent>>).map(
    ([type, row]): [string, Evolve<WorkflowState, WorkflowEvent>] => [
      type,
      (state, event) => {
        state.historyEvents += 1;
        return row(state, event);
      },
    ],
  );
  return Object.fromEntries(counted) as unknown as Rows;
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
function inTask(state: WorkflowState, event: TaskEvent): void {
  const task = state.tasks[event.task]!;
  const before = inHands(task) ? 1 : 0;
  (evolveTask as Record<string, (task: TaskState, event: TaskEvent) => void>)[event.type]!(task, event);
  state.inHands += (inHands(task) ? 1 : 0) - before;
  setTimerOf(state, event.task);
  dropStaleTimers(state);
}

function setTimerOf(state: WorkflowState, subject: number): void {
  const at = firesAt(state, subject);
  if (at !== null) setTimer(state.timers, at, subject);
}

/** A timer holds as long as its subject still waits for that very time. */
function dropStaleTimers(state: WorkflowState): void {
  for (let timer = firstTimer(state.timers); timer; timer = firstTimer(state.timers)) {
    if (firesAt(state, timer[1]) === timer[0]) return;
    dropFirstTimer(state.timers);
  }
}

function setTimersAgain(state: WorkflowState): void {
  state.timers = [];
  setTimerOf(state, WHOLE_RUN);
  for (const ordinal of state.tasks.keys()) setTimerOf(state, ordinal);
}

function setRunDue(state: WorkflowState, due: number | undefined): void {
  state.due = due ?? null;
  setTimerOf(state, WHOLE_RUN);
}

function unpause(state: WorkflowState): void {
  to(state, state.statusBefore!);
  state.statusBefore = null;
  state.pausedAt = null;
}

/** The task counts as done for what depends on it. */
function accepted(state: WorkflowState, planned: PlannedTask, output: Json = null, size = 4): void {
  // Defined, not assigned: "__proto__" is a key like any other.
  Object.defineProperty(state.outputs, planned.key, { value: { output }, enumerable: true });
  state.outputsSize += size;
  state.open -= 1;
  for (const dependent of planned.dependents) state.blockedBy[dependent]! -= 1;
}

/** What waits in the engine ends; what may be in a worker's hands is awaited, however long it was queued. */
function stopTask(task: TaskState): void {
  if (task.status === 'pending' || task.status === 'waiting') moveTask(task, 'cancelled');
  if (task.status !== 'running') task.due = null;
}

function compensationBegan(state: WorkflowState, planned: PlannedTask): void {
  if (planned.compensates === null) return;
  state.undoing = planned.ordinal;
  const task = state.tasks[planned.compensates]!;
  if (task.status !== 'compensating') moveTask(task, 'compensating');
}

function compensated(state: WorkflowState, planned: PlannedTask): WorkflowState {
  moveTask(state.tasks[planned.compensates!]!, 'compensated');
  state.undoing = null;
  state.undo.pop();
  return state;
}

/** What could not be undone stands as it was: completed. It stays on the list for a retry by hand. */
function compensationFailed(state: WorkflowState, planned: PlannedTask, error: Failure): WorkflowState {
  const task = state.tasks[planned.compensates!]!;
  if (task.status === 'compensating') moveTask(task, 'completed');
  state.undoing = null;
  state.undoFailure = error;
  return state;
}

function again(task: TaskState): void {
  moveTask(task, 'pending');
  task.attemptsBefore = task.attempt;
}

/** After a retry by hand, what failed or never ran is open again. */
function retryTask(state: WorkflowState, planned: PlannedTask): void {
  const task = state.tasks[planned.ordinal]!;
  if (planned.compensates === null && !isAccepted(state, planned)) again(task);
}
