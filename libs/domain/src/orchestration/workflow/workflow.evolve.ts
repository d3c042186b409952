import type { Evolve } from '../../kernel/decider.js';
import type { Failure } from '../../kernel/errors.js';
import { type Json, jsonSize } from '../../kernel/json.js';
import { become } from '../../kernel/transitions.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { taskAt } from '../definition/items.js';
import { type TaskState, evolveTask, inHands, moveTask, newTask } from '../task/task.js';
import type { TaskEvent } from '../task/task.events.js';
import { WORKFLOW_TRANSITIONS, type WorkflowStatus } from './workflow-status.js';
import type { WorkflowEvent } from './workflow.events.js';
import { expand, itemBegan, itemDone, retryList } from './workflow.lists.js';
import { awaitSignal, keepSignal, takeSignal } from './workflow.signals.js';
import { dropStaleTimers, setRunDue, setTimerOf, setTimersAgain } from './workflow.timers.js';
import { type WorkflowState, isAccepted, isFrozenByPause, isStopping, taskOf, tasksOf } from './workflow.state.js';

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
      state.priority = event.priority ?? 1;
      state.parent = event.parent ?? null;
      state.tasks = plan.tasks.map(newTask);
      state.blockedBy = plan.tasks.map((task) => task.dependsOn.length);
      state.open = plan.taskCount;
      setRunDue(state, event.due);
      return state;
    },

    TaskQueued: (state, event) => {
      compensationBegan(state, inTask(plan, state, event));
      return state;
    },
    TaskStarted: (state, event) => {
      compensationBegan(state, inTask(plan, state, event));
      if (event.signal !== undefined) awaitSignal(state, event.signal, event.task, event.attempt);
      return state;
    },
    TaskCompleted: (state, event) => {
      const planned = inTask(plan, state, event);
      if (event.signal !== undefined) takeSignal(state, event.signal);
      const size = jsonSize(event.output);
      state.historySize += size;
      if (planned.compensates !== null) return compensated(state, planned);
      accepted(state, planned, event.output, size);
      if (planned.compensation !== null) state.undo.push(planned.compensation);
      return state;
    },
    TaskSkipped: (state, event) => {
      accepted(state, inTask(plan, state, event));
      return state;
    },
    TaskFailed: (state, event) => {
      const planned = inTask(plan, state, event);
      state.historySize += jsonSize(event.error as unknown as Json);
      if (event.retryAt !== undefined) return state;
      if (planned.compensates !== null) return compensationFailed(state, planned, event.error);
      // In a run that stops already it is the end of this task and no more: it was not let try as often as it may.
      if (isStopping(state)) return state;
      if (planned.optional) accepted(state, planned);
      else failedForGood(state, planned, event.error);
      return state;
    },
    TaskWithdrawn: (state, event) => {
      inTask(plan, state, event);
      return state;
    },
    TaskExpanded: (state, event) => {
      const planned = inTask(plan, state, event);
      state.historySize += jsonSize(event.items);
      expand(plan, state, planned, event.items);
      return state;
    },
    TaskCollected: (state, event) => {
      const planned = inTask(plan, state, event);
      const list = state.lists[event.task]!;
      accepted(
        state,
        planned,
        list.outputs.map((item) => item!.output),
        0,
      );
      list.outputs = [];
      return state;
    },

    SignalReceived: (state, { name, payload }) => {
      state.historySize += jsonSize(payload);
      keepSignal(state, name, payload);
      return state;
    },

    WorkflowStopped: (state, { cause, error, compensate }) => {
      state.stopped = { cause, error, compensate };
      if (cause === 'cancelled' && state.status === 'paused') unpause(state);
      state.due = null;
      for (const [ordinal, task] of tasksOf(state)) stopTask(taskAt(plan, ordinal)!, task);
      setTimersAgain(state);
      return state;
    },
    CompensationStarted: (state) => to(state, 'compensating'),

    WorkflowPaused: (state, { pausedAt, by = null }) => {
      state.statusBefore = state.status as 'running' | 'compensating';
      state.pausedAt = pausedAt;
      state.pausedBy = by;
      to(state, 'paused');
      setTimersAgain(state);
      return state;
    },
    WorkflowResumed: (state, { resumedAt }) => {
      // A clock that was set back must not bring anything forward.
      const pausedFor = Math.max(0, resumedAt - state.pausedAt!);
      for (const [, task] of tasksOf(state)) if (isFrozenByPause(task) && task.due !== null) task.due += pausedFor;
      if (state.due !== null) state.due += pausedFor;
      unpause(state);
      setTimersAgain(state);
      return state;
    },

    WorkflowRetried: (state, { status, due }) => {
      to(state, status);
      if (status === 'compensating') {
        state.undoFailure = null;
        again(taskOf(state, state.undo.at(-1)!));
      } else {
        state.stopped = null;
        state.failedTask = null;
        for (const [ordinal] of tasksOf(state)) retryTask(plan, state, taskAt(plan, ordinal)!);
        setRunDue(state, due);
      }
      return state;
    },

    WorkflowCompleted: (state) => end(state, 'completed'),
    WorkflowFailed: (state) => end(state, 'failed'),
    WorkflowCompensated: (state) => end(state, 'compensated'),
    WorkflowCancelled: (state) => end(state, 'cancelled'),
    WorkflowDeleted: (state) => {
      state.deleted = true;
      return state;
    },
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
function inTask(plan: Plan, state: WorkflowState, event: TaskEvent): PlannedTask {
  const planned = taskAt(plan, event.task)!;
  const task = taskOf(state, event.task);
  if (task.status === 'pending') itemBegan(state, planned);
  const before = isHeld(planned, task) ? 1 : 0;
  (evolveTask as Record<string, (task: TaskState, event: TaskEvent) => void>)[event.type]!(task, event);
  state.inHands += (isHeld(planned, task) ? 1 : 0) - before;
  setTimerOf(state, event.task);
  dropStaleTimers(state);
  return planned;
}

/** Whether somebody may be at it: of a list its items are in hands, and it is not. */
function isHeld({ forEach }: PlannedTask, task: TaskState): boolean {
  return forEach === null && inHands(task);
}

function unpause(state: WorkflowState): void {
  to(state, state.statusBefore!);
  state.statusBefore = null;
  state.pausedAt = null;
  state.pausedBy = null;
}

/** The task counts as done for what depends on it; an item, for its list. */
function accepted(state: WorkflowState, planned: PlannedTask, output: Json = null, size = 4): void {
  state.outputsSize += size;
  if (planned.item) return itemDone(state.lists[planned.item.of]!, planned.item.index, output);
  if (planned.key === '__proto__')
    Object.defineProperty(state.outputs, planned.key, { value: { output }, enumerable: true });
  else state.outputs[planned.key] = { output };
  state.open -= 1;
  for (const dependent of planned.dependents) state.blockedBy[dependent]! -= 1;
}

/** A failure that stops the run; of an item it is that of its list, too. */
function failedForGood(state: WorkflowState, { ordinal, item }: PlannedTask, error: Failure): void {
  state.failedTask = ordinal;
  if (item === null) return;
  const list = state.tasks[item.of]!;
  moveTask(list, 'failed');
  list.error = error;
}

/** What waits in the engine ends; what may be in a worker's hands, or is a child run, is awaited, however long it was queued. */
function stopTask(planned: PlannedTask, task: TaskState): void {
  if (planned.compensates !== null) return;
  const isList = planned.forEach !== null && task.status === 'running';
  if (task.status === 'pending' || task.status === 'waiting' || isList) moveTask(task, 'cancelled');
  if (task.status !== 'running') task.due = null;
}

function compensationBegan(state: WorkflowState, planned: PlannedTask): void {
  if (planned.compensates === null) return;
  state.undoing = planned.ordinal;
  const task = taskOf(state, planned.compensates);
  if (task.status !== 'compensating') moveTask(task, 'compensating');
}

function compensated(state: WorkflowState, planned: PlannedTask): WorkflowState {
  moveTask(taskOf(state, planned.compensates!), 'compensated');
  state.undoing = null;
  state.undo.pop();
  return state;
}

/** What could not be undone stands as it was: completed. It stays on the list for a retry by hand. */
function compensationFailed(state: WorkflowState, planned: PlannedTask, error: Failure): WorkflowState {
  const task = taskOf(state, planned.compensates!);
  if (task.status === 'compensating') moveTask(task, 'completed');
  state.undoing = null;
  state.undoFailure = error;
  return state;
}

function again(task: TaskState): void {
  moveTask(task, 'pending');
  task.attemptsBefore = task.attempt;
}

/** After a retry by hand, what failed or never ran is open again; a list that has begun goes on. */
function retryTask(plan: Plan, state: WorkflowState, planned: PlannedTask): void {
  if (planned.compensates !== null || isAccepted(state, planned)) return;
  if (state.lists[planned.ordinal]) retryList(plan, state, planned.ordinal);
  else again(taskOf(state, planned.ordinal));
}
