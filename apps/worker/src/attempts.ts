import { TaskError, type HandedTask, type TaskHandler } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Json, LIMITS, type TaskId, type WorkflowId, jsonSize } from '@orrery/domain';
import type { HeldAttempt, Result, ResultError, WireTask } from './frames.js';

/** A failure is told in at most so many characters. */
const MESSAGE_MAX = 10_000;
/** The server takes frames up to four times as large; results are gathered into one up to about this size. */
const FRAME_CHARACTERS = 1_048_576;
/** More in one frame it does not take. */
const RESULTS_MAX = 1_000;

/** An attempt in this worker's hands, until the server has answered how it ended. */
export interface Attempt extends HeldAttempt {
  readonly task: WireTask;
  readonly ending: AbortController;
  result?: Result;
}

/** Does an attempt's work; what it throws is its failure. */
export async function carryOut(attempt: Attempt, handler: TaskHandler, heartbeat: () => void): Promise<Result> {
  const { task, id, leaseToken, ending } = attempt;
  const startedAt = new Date().toISOString();
  try {
    const context = { task: handedTask(task), signal: ending.signal, heartbeat };
    const output = ((await handler(task.input, context)) ?? null) as Json;
    if (jsonSize(output, 2 * LIMITS.payloadBytes) > 2 * LIMITS.payloadBytes) throw tooLarge();
    return { id, leaseToken, startedAt, output };
  } catch (error) {
    return { id, leaseToken, startedAt, error: errorOf(error) };
  }
}

function handedTask({ deadline, ...task }: WireTask): HandedTask {
  return {
    ...task,
    id: task.id as TaskId,
    workflowId: task.workflowId as WorkflowId,
    namespace: DEFAULT_NAMESPACE,
    deadline: deadline === null ? null : Date.parse(deadline),
  };
}

function errorOf(error: unknown): ResultError {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_MAX);
  if (!(error instanceof TaskError)) return { code: 'task.failed', message };
  const { retryable, retryAfterMs } = error.options;
  return {
    code: error.code,
    message,
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterMs === undefined ? {} : { retryAfter: `${Math.ceil(retryAfterMs)}ms` }),
  };
}

/** What no frame could carry is not sent; what is merely more than an output may be, the server refuses. */
function tooLarge(): TaskError {
  const message = `the output is larger than ${LIMITS.payloadBytes} bytes`;
  return new TaskError('output.too-large', message, { retryable: false });
}

/** Results in stretches, each of which fits into a frame. */
export function* inFrames(results: readonly Result[]): Iterable<readonly Result[]> {
  let some: Result[] = [];
  let size = 0;
  for (const result of results) {
    const more = jsonSize(result as unknown as Json);
    if (some.length === RESULTS_MAX || (some.length > 0 && size + more > FRAME_CHARACTERS)) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(result);
    size += more;
  }
  if (some.length > 0) yield some;
}
