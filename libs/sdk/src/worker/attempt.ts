import { type CheckedJson, checkedJson } from '../checked-json.js';
import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt, Report, ReportedError } from '../client/tasks.js';
import type { Json } from '../json.js';
import { type Log, prefixed } from './log.js';
import type { TaskContext, TaskHandler } from './task-context.js';
import { TaskFailed } from './task-errors.js';

/** A failure is told in at most so many characters. */
const MESSAGE_MAX = 10_000;
/** What no frame could carry is not sent; what is merely more than an output may be, the server refuses. */
const OUTPUT_BYTES_MAX = 2 * 1_048_576;
const DETAILS_BYTES_MAX = 65_536;
const CODE_MAX = 128;

/** An attempt in this worker's hands, until the server has answered how it ended. */
export interface Attempt extends HeldAttempt {
  readonly task: LeasedTask;
  readonly ending: AbortController;
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
    const reported = errorOf(error);
    const bytes = Buffer.byteLength(JSON.stringify(reported));
    return { report: { id, leaseToken, startedAt, error: reported }, bytes };
  }
}

function contextOf({ task, ending }: Attempt, { log, heartbeat }: Surroundings): TaskContext {
  const { attempt, maxAttempts, idempotencyKey, deadline, type, id } = task;
  return {
    task,
    signal: ending.signal,
    attempt,
    maxAttempts,
    idempotencyKey,
    deadline: deadline === null ? null : new Date(deadline),
    heartbeat,
    log: prefixed(log, `${type} of ${id}, attempt ${attempt}:`),
  };
}

/** What a handler returned, as JSON has it. */
function outputOf(returned: unknown): CheckedJson {
  const output = checked(returned, 'output.invalid', 'the output is not JSON');
  if (output.bytes <= OUTPUT_BYTES_MAX) return output;
  const message = 'the output is larger than an output may be: store it elsewhere and say where';
  throw new TaskFailed(message, { code: 'output.too-large', retryable: false });
}

function checked(given: unknown, code: string, words: string): CheckedJson {
  try {
    return checkedJson(given);
  } catch (cause) {
    throw new TaskFailed(`${words}: ${(cause as Error).message}`, { code, retryable: false, cause });
  }
}

function errorOf(error: unknown): ReportedError {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_MAX);
  if (!(error instanceof TaskFailed)) return { code: 'task.failed', message };
  const { retryable, retryAfterMs } = error;
  return {
    code: codeOf(error),
    message,
    ...detailsOf(error),
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterMs === undefined ? {} : { retryAfter: `${Math.ceil(retryAfterMs)}ms` }),
  };
}

/** The server takes letters, digits and `_.:/-`; a code with anything else shall not cost the whole report. */
function codeOf({ code }: TaskFailed): string {
  return code.replace(/[^A-Za-z0-9_.:/-]/g, '-').slice(0, CODE_MAX) || 'task.failed';
}

/** Details that cannot travel are left out: the failure is what counts. */
function detailsOf({ details }: TaskFailed): Pick<ReportedError, 'details'> {
  if (details === undefined) return {};
  try {
    const { value, bytes } = checkedJson(details);
    return bytes > DETAILS_BYTES_MAX ? {} : { details: value };
  } catch {
    return {};
  }
}
