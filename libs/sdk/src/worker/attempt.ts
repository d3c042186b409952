import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt, Report, ReportedError } from '../client/tasks.js';
import type { Json } from '../json.js';
import type { Ending } from './ending.js';
import { type Log, prefixed } from './log.js';
import { type AttemptFailure, failureOf, outputOf } from './outcome.js';
import type { TaskContext, TaskHandler } from './task-context.js';

/** An attempt in this worker's hands, until the server has answered how it ended. */
export interface Attempt extends HeldAttempt {
  readonly task: LeasedTask;
  readonly ending: Ending;
  result?: Result;
}

/** How an attempt ended, and about how large that is as text. */
export interface Result {
  readonly report: Report;
  readonly bytes: number;
}

export interface Surroundings {
  readonly log: Log;
  heartbeat(progress: Json | undefined): void;
}

/** Does an attempt's work; what it throws is its failure. */
export async function carryOut(attempt: Attempt, handler: TaskHandler, around: Surroundings): Promise<Result> {
  const { task, id, leaseToken } = attempt;
  const startedAt = new Date().toISOString();
  try {
    const output = outputOf(await handler(task.input, contextOf(attempt, around)));
    return { report: { id, leaseToken, startedAt, output: output.value }, bytes: output.bytes };
  } catch (error) {
    const reported = reportedOf(failureOf(error));
    const bytes = Buffer.byteLength(JSON.stringify(reported));
    return { report: { id, leaseToken, startedAt, error: reported }, bytes };
  }
}

function contextOf({ task, ending }: Attempt, { log, heartbeat }: Surroundings): TaskContext {
  const { attempt, maxAttempts, idempotencyKey, deadline, type, id } = task;
  return {
    task,
    get signal() {
      return ending.signal;
    },
    attempt,
    maxAttempts,
    idempotencyKey,
    deadline: deadline === null ? null : new Date(deadline),
    heartbeat,
    log: prefixed(log, `${type} of ${id}, attempt ${attempt}:`),
  };
}

/** The failure as it travels. */
function reportedOf({ retryAfterMs, ...failure }: AttemptFailure): ReportedError {
  return { ...failure, ...(retryAfterMs === undefined ? {} : { retryAfter: `${Math.ceil(retryAfterMs)}ms` }) };
}
