import type { Moment } from '../../kernel/decider.js';
import { parseDuration } from '../../kernel/duration.js';
import type { Failure } from '../../kernel/errors.js';
import { ExpressionFailed } from '../../kernel/expression.js';
import { parseInstant } from '../../kernel/instant.js';
import type { Json } from '../../kernel/json.js';
import type { Plan, PlannedTask, Scope, Template } from '../definition/plan.js';
import { KEY, isObject, shown } from '../definition/shape.js';
import { outputFailure } from '../task/task.js';
import type { TaskCompleted, TaskEvent, TaskFailed, TaskQueued } from '../task/task.events.js';
import { childFailure } from './child-request.js';
import { keptSignal } from './workflow.signals.js';
import { type WorkflowState, outputLeft, scopeFor } from './workflow.state.js';

/** A run as it is when something begins in it. */
export interface RunMoment {
  readonly plan: Plan;
  readonly state: WorkflowState;
  readonly moment: Moment;
}

/** The event with which an attempt begins: queued for a worker, or taken up by the engine itself. */
export function beginTask(planned: PlannedTask, attempt: number, { plan, state, moment }: RunMoment): TaskEvent {
  const begin = BEGIN_IN_ENGINE[planned.type];
  if (begin) {
    const input = inputOf(plan, planned, state);
    if ('failure' in input) return failedAtOnce(planned, attempt, input.failure);
    return begin(planned, attempt, input.value, { now: moment.now, state });
  }
  const { queueMs } = planned.timeouts;
  const queued: TaskQueued = { type: 'TaskQueued', v: 1, task: planned.ordinal, attempt };
  return queueMs === null ? queued : { ...queued, due: moment.now + queueMs };
}

/** The input of an attempt, as the run's state gives it; null where the definition says nothing. */
export function inputOf(
  plan: Plan,
  planned: PlannedTask,
  state: WorkflowState,
): { value: Json } | { failure: Failure } {
  return planned.input === null ? { value: null } : evaluate(planned.input, scopeFor(plan, planned, state));
}

type Begin = (
  planned: PlannedTask,
  attempt: number,
  input: Json,
  run: { readonly now: number; readonly state: WorkflowState },
) => TaskEvent;

/** The engine's own types begin without a worker. */
const BEGIN_IN_ENGINE: { readonly [type: string]: Begin | undefined } = {
  noop: (planned, attempt, input, { state }) => completed(planned, attempt, input, state),
  sleep: (planned, attempt, input, { now, state }) => {
    const until = wakeUpAt(input, now);
    if (until === undefined) return failedAtOnce(planned, attempt, sleepInvalid(input));
    if (until <= now) return completed(planned, attempt, null, state);
    return { type: 'TaskStarted', v: 1, task: planned.ordinal, attempt, startedAt: now, until };
  },
  wait: (planned, attempt, input, { now, state }) => {
    const wanted = waitOf(input);
    if (!wanted) return failedAtOnce(planned, attempt, waitInvalid(input));
    const { signal, timeoutMs } = wanted;
    const kept = keptSignal(state, signal);
    if (kept) return signalled(planned, attempt, { signal, ...kept }, state);
    const due = timeoutMs === undefined ? {} : { due: now + timeoutMs };
    return { type: 'TaskStarted', v: 1, task: planned.ordinal, attempt, startedAt: now, ...due, signal };
  },
  workflow: (planned, attempt, input, { now, state }) => {
    const failure = childFailure(input, state);
    if (failure) return failedAtOnce(planned, attempt, failure);
    const { runMs } = planned.timeouts;
    const due = runMs === null ? {} : { due: now + runMs };
    return { type: 'TaskStarted', v: 1, task: planned.ordinal, attempt, startedAt: now, ...due, child: true };
  },
};

/** Which signal to wait for, by which name and how long. */
function waitOf(input: Json): { readonly signal: string; readonly timeoutMs?: number } | undefined {
  if (!isObject(input) || typeof input['signal'] !== 'string' || !KEY.test(input['signal'])) return undefined;
  // A schema that an expression gives would never be asked: those that are stand in the definition.
  const { signal, timeout, ...others } = input as { signal: string; timeout?: Json };
  if (Object.keys(others).length > 0) return undefined;
  if (timeout === undefined) return { signal };
  const timeoutMs = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
  return timeoutMs ? { signal, timeoutMs } : undefined;
}

function waitInvalid(input: Json): Failure {
  const message = `\`wait\` wants { signal: "name", timeout: "30s" }, the timeout only where there is one, and a schema only where it stands in the definition, and got ${shown(input)}`;
  return { code: 'wait.invalid', message };
}

/** The same as what a definition may say where it says it without an expression. */
function wakeUpAt(input: Json, now: number): number | undefined {
  if (!isObject(input) || Object.keys(input).length !== 1) return undefined;
  const { duration, until } = input;
  if (typeof until === 'string') return parseInstant(until);
  const ms = typeof duration === 'string' ? parseDuration(duration) : undefined;
  return ms === undefined ? undefined : now + ms;
}

function sleepInvalid(input: Json): Failure {
  const message = `\`sleep\` wants { duration: "30s" } or { until: "2030-01-01T00:00:00Z" }, and got ${shown(input)}`;
  return { code: 'sleep.invalid', message };
}

function completed(
  planned: PlannedTask,
  attempt: number,
  output: Json,
  state: WorkflowState,
): TaskCompleted | TaskFailed {
  const tooLarge = outputFailure(output, outputLeft(state, planned));
  if (tooLarge) return failedAtOnce(planned, attempt, tooLarge);
  return { type: 'TaskCompleted', v: 1, task: planned.ordinal, attempt, output };
}

/** The end of a wait: the payload of the signal is its output. */
export function signalled(
  planned: PlannedTask,
  attempt: number,
  { signal, payload }: { readonly signal: string; readonly payload: Json },
  state: WorkflowState,
): TaskCompleted | TaskFailed {
  const event = completed(planned, attempt, payload, state);
  return event.type === 'TaskCompleted' ? { ...event, signal } : event;
}

/** What the engine itself finds wrong is an event of the task, and no further attempt can mend it. */
export function failedAtOnce({ ordinal }: PlannedTask, attempt: number, { code, message }: Failure): TaskFailed {
  return { type: 'TaskFailed', v: 1, task: ordinal, attempt, error: { code, message } };
}

/** What an expression gives, or why it gives nothing: that is told by an event, never thrown. */
export function evaluate(template: Template, scope: Scope): { value: Json } | { failure: Failure } {
  try {
    return { value: template(scope) };
  } catch (error) {
    if (error instanceof ExpressionFailed) return { failure: { code: error.code, message: error.message } };
    throw error;
  }
}
