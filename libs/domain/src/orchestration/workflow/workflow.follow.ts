import type { Follow, Moment } from '../../kernel/decider.js';
import type { Failure } from '../../kernel/errors.js';
import type { Json } from '../../kernel/json.js';
import { parseDuration } from '../../kernel/duration.js';
import { ExpressionFailed } from '../../kernel/expression.js';
import type { Plan, PlannedTask, Template } from '../definition/plan.js';
import type { TaskFailed } from '../task/task.events.js';
import type { WorkflowEvent } from './workflow.events.js';
import { type WorkflowState, isHeld, scopeOf } from './workflow.state.js';

type Brought = readonly WorkflowEvent[];
const NOTHING: Brought = [];

/** What the events of a run bring with them at once: successors, the stop after a failure, compensations, the end. */
export function workflowFollow(plan: Plan): {
  readonly [T in WorkflowEvent['type']]?: Follow<WorkflowState, Extract<WorkflowEvent, { type: T }>, WorkflowEvent>;
} {
  const advance = (_: unknown, state: WorkflowState, moment: Moment) => goOn(plan, state, moment);
  return {
    WorkflowStarted: advance,
    WorkflowResumed: advance,
    WorkflowRetried: advance,
    WorkflowStopped: advance,
    CompensationStarted: advance,
    TaskWithdrawn: advance,
    TaskCompleted: ({ task }, state, moment) => afterTask(plan, plan.tasks[task]!, state, moment),
    TaskSkipped: ({ task }, state, moment) => afterTask(plan, plan.tasks[task]!, state, moment),
    TaskFailed: (event, state, moment) => {
      const planned = plan.tasks[event.task]!;
      if (event.retryAt !== undefined) return NOTHING;
      // Only the first failure stops the run; the ones after it only end their tasks.
      if (state.failedTask === event.task && state.stopped === null) return [stoppedBy(plan, planned, event)];
      return afterTask(plan, planned, state, moment);
    },
  };
}

/** The next step of a run as a whole: where everything ready is looked for, not only behind one task. */
function goOn(plan: Plan, state: WorkflowState, moment: Moment): Brought {
  if (state.stopped !== null) return undoNext(plan, state, moment);
  if (isHeld(state)) return NOTHING;
  if (state.open === 0) return complete(plan, state);
  const events: WorkflowEvent[] = [];
  for (let ordinal = 0; ordinal < plan.taskCount; ordinal++) pushIfReady(plan, ordinal, state, moment, events);
  return events;
}

/** What one task's end lets go on: only its successors are looked at. */
function afterTask(plan: Plan, planned: PlannedTask, state: WorkflowState, moment: Moment): Brought {
  if (state.stopped !== null) return undoNext(plan, state, moment);
  if (isHeld(state)) return NOTHING;
  if (state.open === 0) return complete(plan, state);
  const events: WorkflowEvent[] = [];
  for (const dependent of planned.dependents) pushIfReady(plan, dependent, state, moment, events);
  return events;
}

function pushIfReady(plan: Plan, ordinal: number, state: WorkflowState, moment: Moment, events: WorkflowEvent[]): void {
  if (state.blockedBy[ordinal] !== 0 || state.tasks[ordinal]!.status !== 'pending') return;
  events.push(ready(plan.tasks[ordinal]!, state, moment));
}

/** Every dependency is completed or skipped: the task begins, unless its condition says otherwise. */
function ready(planned: PlannedTask, state: WorkflowState, moment: Moment): WorkflowEvent {
  const attempt = state.tasks[planned.ordinal]!.attempt + 1;
  if (planned.when === null) return beginTask(planned, attempt, state, moment);
  const condition = evaluate(planned.when, state);
  if ('failure' in condition) return failedAtOnce(planned, attempt, condition.failure);
  if (condition.value === true) return beginTask(planned, attempt, state, moment);
  if (condition.value === false) return { type: 'TaskSkipped', v: 1, task: planned.ordinal, attempt };
  const message = `\`when\` of "${planned.key}" must be true or false, and is ${JSON.stringify(condition.value)}`;
  return failedAtOnce(planned, attempt, { code: 'expression.not-boolean', message });
}

type Begin = (planned: PlannedTask, attempt: number, input: Json, moment: Moment) => WorkflowEvent;

/** The engine's own types begin without a worker. */
const BEGIN_IN_ENGINE: { readonly [type: string]: Begin | undefined } = {
  noop: ({ ordinal }, attempt, input) => ({ type: 'TaskCompleted', v: 1, task: ordinal, attempt, output: input }),
  sleep: (planned, attempt, input, { now }) => {
    const until = wakeUpAt(input, now);
    if (until === undefined) return failedAtOnce(planned, attempt, sleepInvalid(input));
    return { type: 'TaskStarted', v: 1, task: planned.ordinal, attempt, startedAt: now, until };
  },
};

/** The event with which an attempt begins: queued for a worker, or taken up by the engine itself. */
export function beginTask(planned: PlannedTask, attempt: number, state: WorkflowState, moment: Moment): WorkflowEvent {
  const begin = BEGIN_IN_ENGINE[planned.type];
  if (begin) {
    const input = planned.input === null ? { value: null } : evaluate(planned.input, state);
    return 'failure' in input
      ? failedAtOnce(planned, attempt, input.failure)
      : begin(planned, attempt, input.value, moment);
  }
  const { queueMs } = planned.timeouts;
  const due = queueMs === null ? {} : { due: moment.now + queueMs };
  return { type: 'TaskQueued', v: 1, task: planned.ordinal, attempt, ...due };
}

function wakeUpAt(input: Json, now: number): number | undefined {
  const { duration, until } = (input ?? {}) as { duration?: unknown; until?: unknown };
  if (typeof duration === 'string') {
    const ms = parseDuration(duration);
    return ms === undefined ? undefined : now + ms;
  }
  const at = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function sleepInvalid(input: Json): Failure {
  const message = `\`sleep\` wants { duration: "30s" } or { until: "2030-01-01T00:00:00Z" }, and got ${JSON.stringify(input)}`;
  return { code: 'sleep.invalid', message };
}

/** An expression that fails is an event of its task, and no further attempt can mend it. */
function failedAtOnce({ ordinal }: PlannedTask, attempt: number, error: Failure): TaskFailed {
  return { type: 'TaskFailed', v: 1, task: ordinal, attempt, error };
}

function evaluate(template: Template, state: WorkflowState): { value: Json } | { failure: Failure } {
  try {
    return { value: template(scopeOf(state)) };
  } catch (error) {
    if (error instanceof ExpressionFailed) return { failure: { code: error.code, message: error.message } };
    throw error;
  }
}

function complete(plan: Plan, state: WorkflowState): Brought {
  const output = plan.output === null ? { value: null } : evaluate(plan.output, state);
  if ('value' in output) return [{ type: 'WorkflowCompleted', v: 1, output: output.value }];
  const compensate = plan.onFailure === 'compensate';
  return [{ type: 'WorkflowStopped', v: 1, cause: 'failed', error: output.failure, compensate }];
}

function stoppedBy(plan: Plan, { ordinal }: PlannedTask, { error }: TaskFailed): WorkflowEvent {
  const compensate = plan.onFailure === 'compensate';
  return { type: 'WorkflowStopped', v: 1, cause: 'failed', error, task: ordinal, compensate };
}

/** In a stopped run: wait until nothing is in anybody's hands, then undo one task after the other, then end. */
function undoNext(plan: Plan, state: WorkflowState, moment: Moment): Brought {
  const stopped = state.stopped!;
  if (state.status === 'paused' || state.inHands > 0 || state.undoing !== null) return NOTHING;
  if (state.undoFailure !== null) return [notUndone(plan, state.undoFailure, state)];
  const next = state.undo.at(-1);
  if (!stopped.compensate || next === undefined) return [endOf(stopped)];
  if (state.status === 'running') return [{ type: 'CompensationStarted', v: 1 }];
  return [beginTask(plan.tasks[next]!, state.tasks[next]!.attempt + 1, state, moment)];
}

function endOf({ cause, error, compensate }: NonNullable<WorkflowState['stopped']>): WorkflowEvent {
  if (cause === 'cancelled') return { type: 'WorkflowCancelled', v: 1 };
  return compensate ? { type: 'WorkflowCompensated', v: 1 } : { type: 'WorkflowFailed', v: 1, error };
}

/** A compensation failed for good: the run ends and names what was not undone, last completed first. */
function notUndone(plan: Plan, error: Failure, state: WorkflowState): WorkflowEvent {
  const tasks = state.undo.map((compensation) => plan.tasks[compensation]!.compensates!).reverse();
  return { type: 'WorkflowFailed', v: 1, error, notUndone: tasks };
}
