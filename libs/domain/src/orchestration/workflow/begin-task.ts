import type { Moment } from '../../kernel/decider.js';
import { parseDuration } from '../../kernel/duration.js';
import type { Failure } from '../../kernel/errors.js';
import { ExpressionFailed } from '../../kernel/expression.js';
import { parseInstant } from '../../kernel/instant.js';
import type { Json } from '../../kernel/json.js';
import type { PlannedTask, Template } from '../definition/plan.js';
import { isObject, shown } from '../definition/shape.js';
import { outputFailure } from '../task/task.js';
import type { TaskCompleted, TaskEvent, TaskFailed } from '../task/task.events.js';
import { type WorkflowState, outputLeft, scopeOf } from './workflow.state.js';

/** The event with which an attempt begins: queued for a worker, or taken up by the engine itself. */
export function beginTask(planned: PlannedTask, attempt: number, state: WorkflowState, moment: Moment): TaskEvent {
  const begin = BEGIN_IN_ENGINE[planned.type];
  if (begin) {
    const input = planned.input === null ? { value: null } : evaluate(planned.input, state);
    if ('failure' in input) return failedAtOnce(planned, attempt, input.failure);
    return begin(planned, attempt, input.value, { now: moment.now, left: outputLeft(state, planned) });
  }
  const { queueMs } = planned.timeouts;
  const due = queueMs === null ? {} : { due: moment.now + queueMs };
  return { type: 'TaskQueued', v: 1, task: planned.ordinal, attempt, ...due };
}

type Begin = (
  planned: PlannedTask,
  attempt: number,
  input: Json,
  run: { readonly now: number; readonly left: number },
) => TaskEvent;

/** The engine's own types begin without a worker. */
const BEGIN_IN_ENGINE: { readonly [type: string]: Begin | undefined } = {
  noop: (planned, attempt, input, { left }) => {
    const tooLarge = outputFailure(input, left);
    return tooLarge ? failedAtOnce(planned, attempt, tooLarge) : completed(planned, attempt, input);
  },
  sleep: (planned, attempt, input, { now }) => {
    const until = wakeUpAt(input, now);
    if (until === undefined) return failedAtOnce(planned, attempt, sleepInvalid(input));
    if (until <= now) return completed(planned, attempt, null);
    return { type: 'TaskStarted', v: 1, task: planned.ordinal, attempt, startedAt: now, until };
  },
};

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

function completed({ ordinal }: PlannedTask, attempt: number, output: Json): TaskCompleted {
  return { type: 'TaskCompleted', v: 1, task: ordinal, attempt, output };
}

/** What the engine itself finds wrong is an event of the task, and no further attempt can mend it. */
export function failedAtOnce({ ordinal }: PlannedTask, attempt: number, { code, message }: Failure): TaskFailed {
  return { type: 'TaskFailed', v: 1, task: ordinal, attempt, error: { code, message } };
}

/** What an expression gives, or why it gives nothing: that is told by an event, never thrown. */
export function evaluate(template: Template, state: WorkflowState): { value: Json } | { failure: Failure } {
  try {
    return { value: template(scopeOf(state)) };
  } catch (error) {
    if (error instanceof ExpressionFailed) return { failure: { code: error.code, message: error.message } };
    throw error;
  }
}
