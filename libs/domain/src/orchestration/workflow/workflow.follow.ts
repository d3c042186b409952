import type { Follow, Moment } from '../../kernel/decider.js';
import type { Failure } from '../../kernel/errors.js';
import { itemOrdinal, taskAt } from '../definition/items.js';
import { LIMITS } from '../definition/limits.js';
import type { Plan, PlannedTask } from '../definition/plan.js';
import { shown } from '../definition/shape.js';
import { beginTask, evaluate, failedAtOnce, signalled } from './begin-task.js';
import type { WorkflowEvent } from './workflow.events.js';
import { expandTask } from './expand-task.js';
import { longestWaiting } from './workflow.signals.js';
import { type WorkflowState, isStopping, isTooLong, scopeFor, scopeOf, taskOf } from './workflow.state.js';

type Brought = Iterable<WorkflowEvent>;

const NOTHING: readonly WorkflowEvent[] = [];

/**
 * What the events of a run bring with them at once: successors, the stop after a failure, compensations, the end. All
 * of it is told one event at a time, from the state that the ones before have made, so that nothing begins after a
 * failure that was found in the same decision.
 */
export function workflowFollow(plan: Plan): {
  readonly [T in WorkflowEvent['type']]?: Follow<WorkflowState, Extract<WorkflowEvent, { type: T }>, WorkflowEvent>;
} {
  const everyTask = plan.tasks.slice(0, plan.taskCount).map(({ ordinal }) => ordinal);
  const advance = (_: unknown, state: WorkflowState, moment: Moment) => goOn(plan, everyTask, state, moment);
  // What one task's end lets go on: only its successors are looked at.
  const afterTask = ({ task }: { task: number }, state: WorkflowState, moment: Moment) => {
    const { item, dependents } = taskAt(plan, task)!;
    return goOn(plan, item === null ? dependents : [item.of], state, moment);
  };
  return {
    WorkflowStarted: advance,
    WorkflowResumed: advance,
    WorkflowRetried: advance,
    WorkflowStopped: advance,
    CompensationStarted: advance,
    TaskWithdrawn: advance,
    TaskCompleted: afterTask,
    TaskSkipped: afterTask,
    TaskExpanded: ({ task }, state, moment) => goOn(plan, [task], state, moment),
    TaskCollected: afterTask,
    SignalReceived: ({ name: signal, payload }, state) => {
      const task = longestWaiting(state, signal);
      if (task === undefined) return NOTHING;
      return [signalled(taskAt(plan, task)!, taskOf(state, task).attempt, { signal, payload }, state)];
    },
    TaskFailed: (event, state, moment) => {
      // Only the first failure stops the run; the ones after it only end their tasks.
      if (state.failedTask === event.task && state.stopped === null) return [failing(plan, event.error, event.task)];
      return afterTask(event, state, moment);
    },
  };
}

/** The next step of a run, where `candidates` are the tasks that may have become ready. */
function goOn(plan: Plan, candidates: readonly number[], state: WorkflowState, moment: Moment): Brought {
  if (state.stopped !== null) return undoNext(plan, state, moment);
  if (isHeld(state)) return NOTHING;
  if (state.open === 0) return [complete(plan, state)];
  if (isTooLong(state)) return [failing(plan, TOO_LONG)];
  const [only] = candidates;
  // Most tasks have one successor: a generator for it would cost more than it tells.
  if (candidates.length === 1) return goOnWith(plan, only!, state, moment);
  return goOnWithEach(plan, candidates, state, moment);
}

function* goOnWithEach(plan: Plan, candidates: readonly number[], state: WorkflowState, moment: Moment): Brought {
  for (const ordinal of candidates) {
    yield* goOnWith(plan, ordinal, state, moment);
    if (isHeld(state)) return;
  }
}

function goOnWith(plan: Plan, ordinal: number, state: WorkflowState, moment: Moment): Iterable<WorkflowEvent> {
  const { status } = state.tasks[ordinal]!;
  if (state.blockedBy[ordinal] === 0 && status === 'pending') return [ready(plan, plan.tasks[ordinal]!, state, moment)];
  return status === 'running' && state.lists[ordinal] ? goOnWithList(plan, ordinal, state, moment) : NOTHING;
}

/** The next items of a list begin, as many as may be under way at a time; when all are done they are its output. */
function* goOnWithList(plan: Plan, of: number, state: WorkflowState, moment: Moment): Brought {
  const list = state.lists[of]!;
  const most = plan.tasks[of]!.forEach!.concurrency ?? Infinity;
  while (list.waiting.length > 0 && list.active < most) {
    yield ready(plan, taskAt(plan, itemOrdinal(plan, of, list.waiting.at(-1)!))!, state, moment);
    if (isHeld(state)) return;
  }
  if (list.open === 0) yield { type: 'TaskCollected', v: 1, task: of, attempt: state.tasks[of]!.attempt };
}

/** Whether no task may begin: the run is paused, over, or stopping. */
function isHeld(state: WorkflowState): boolean {
  return state.status !== 'running' || isStopping(state);
}

/** Every dependency is completed or skipped: the task begins, unless its condition says otherwise. */
function ready(plan: Plan, planned: PlannedTask, state: WorkflowState, moment: Moment): WorkflowEvent {
  const attempt = taskOf(state, planned.ordinal).attempt + 1;
  const run = { plan, state, moment };
  const begin = () => (planned.forEach === null ? beginTask(planned, attempt, run) : expandTask(planned, attempt, run));
  if (planned.when === null || planned.forEach?.whenEach) return begin();
  const condition = evaluate(planned.when, scopeFor(plan, planned, state));
  if ('failure' in condition) return failedAtOnce(planned, attempt, condition.failure);
  if (condition.value === true) return begin();
  if (condition.value === false) return { type: 'TaskSkipped', v: 1, task: planned.ordinal, attempt };
  const message = `\`when\` of "${planned.key}" must be true or false, and is ${shown(condition.value)}`;
  return failedAtOnce(planned, attempt, { code: 'expression.not-boolean', message });
}

function complete(plan: Plan, state: WorkflowState): WorkflowEvent {
  const output = plan.output === null ? { value: null } : evaluate(plan.output, scopeOf(state));
  if ('value' in output) return { type: 'WorkflowCompleted', v: 1, output: output.value };
  return failing(plan, output.failure);
}

function failing({ onFailure }: Plan, error: Failure, task?: number): WorkflowEvent {
  const by = task === undefined ? {} : { task };
  return { type: 'WorkflowStopped', v: 1, cause: 'failed', error, ...by, compensate: onFailure === 'compensate' };
}

const TOO_LONG: Failure = {
  code: 'workflow.history-too-long',
  message: `the run has recorded more than ${LIMITS.historyEvents} events (historyEvents) or ${LIMITS.historyBytes} bytes (historyBytes)`,
};

/** In a stopped run: wait until nothing is in anybody's hands, then undo one task after the other, then end. */
function undoNext(plan: Plan, state: WorkflowState, moment: Moment): Brought {
  const stopped = state.stopped!;
  if (state.status !== 'running' && state.status !== 'compensating') return NOTHING;
  if (state.inHands > 0 || state.undoing !== null) return NOTHING;
  const next = state.undo.at(-1);
  if (state.undoFailure !== null) return [notUndone(plan, state.undoFailure, state)];
  if (!stopped.compensate || next === undefined) return [endOf(stopped)];
  if (state.status === 'running') return [{ type: 'CompensationStarted', v: 1 }];
  return [beginTask(taskAt(plan, next)!, taskOf(state, next).attempt + 1, { plan, state, moment })];
}

function endOf({ cause, error, compensate }: NonNullable<WorkflowState['stopped']>): WorkflowEvent {
  if (cause === 'cancelled') return { type: 'WorkflowCancelled', v: 1 };
  return compensate ? { type: 'WorkflowCompensated', v: 1 } : { type: 'WorkflowFailed', v: 1, error };
}

/** A compensation failed for good: the run ends and names what was not undone, last completed first. */
function notUndone(plan: Plan, error: Failure, state: WorkflowState): WorkflowEvent {
  const tasks = state.undo.map((compensation) => taskAt(plan, compensation)!.compensates!).reverse();
  return { type: 'WorkflowFailed', v: 1, error, notUndone: tasks };
}
