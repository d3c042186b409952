import type { CheckedJson } from '../checked-json.js';
import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt, Report, ReportedError } from '../client/tasks.js';
import type { Json } from '../json.js';
import type { Ending } from './ending.js';
import { type Log, prefixed } from './log.js';
import { type AttemptFailure, failureOf, outputOf, progressOf } from './outcome.js';
import type { TaskContext, TaskHandler } from './task-context.js';

const TOO_LARGE: ReportedError = {
  code: 'output.too-large',
  message: 'its result is larger than the way to the server lets through: store it elsewhere and say where',
  retryable: false,
};

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
  heartbeat(progress: CheckedJson | undefined): void;
}

/** What is said instead of a result that was refused for its size; nothing where that was said already. */
export function insteadOf({ report }: Result): Result | undefined {
  const { id, leaseToken, startedAt } = report;
  if ('error' in report && report.error === TOO_LARGE) return undefined;
  return { report: { id, leaseToken, startedAt, error: TOO_LARGE }, bytes: sizeOf(TOO_LARGE) };
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
    return { report: { id, leaseToken, startedAt, error: reported }, bytes: sizeOf(reported) };
  }
}

function contextOf({ task, ending }: Attempt, around: Surroundings): TaskContext {
  const { attempt, maxAttempts, idempotencyKey, deadline, type, id } = task;
  const log = prefixed(around.log, `${type} of ${id}, attempt ${attempt}:`);
  return {
    task,
    get signal() {
      return ending.signal;
    },
    attempt,
    maxAttempts,
    idempotencyKey,
    deadline: deadline === null ? null : new Date(deadline),
    heartbeat: heartbeatOf(around, log),
    log,
  };
}

/** A progress that no server would read is left out, by itself: the sign of life is what counts. It is said once. */
function heartbeatOf({ heartbeat }: Surroundings, log: Log): TaskContext['heartbeat'] {
  let isSaid = false;
  const readable = (progress: Json) => {
    try {
      return progressOf(progress);
    } catch (error) {
      if (!isSaid) log.warn(`heartbeats go without what cannot be sent: ${failureOf(error).message}`);
      isSaid = true;
      return undefined;
    }
  };
  return (progress) => heartbeat(progress === undefined ? undefined : readable(progress));
}

function sizeOf(error: ReportedError): number {
  return Buffer.byteLength(JSON.stringify(error));
}

/** The failure as it travels. */
function reportedOf({ retryAfterMs, ...failure }: AttemptFailure): ReportedError {
  return { ...failure, ...(retryAfterMs === undefined ? {} : { retryAfter: `${Math.ceil(retryAfterMs)}ms` }) };
}
