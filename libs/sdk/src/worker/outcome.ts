import { type CheckedJson, checkedJson } from '../checked-json.js';
import type { Json } from '../json.js';
import { TaskFailed } from './task-errors.js';

/** A failure is told in at most so many characters. */
const MESSAGE_MAX = 10_000;
/** What no frame could carry is not sent; what is merely more than an output may be, the server refuses. */
const OUTPUT_BYTES_MAX = 2 * 1_048_576;
const DETAILS_BYTES_MAX = 65_536;
const CODE_MAX = 128;

/** How an attempt failed: what is recorded, and when another may help. */
export interface AttemptFailure {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** What a handler returned, as JSON has it. Throws `TaskFailed` where JSON has no such thing, or it is too large. */
export function outputOf(returned: unknown): CheckedJson {
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

/** What a handler threw, as the failure of its attempt. */
export function failureOf(error: unknown): AttemptFailure {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_MAX);
  if (!(error instanceof TaskFailed)) return { code: 'task.failed', message };
  const { retryable, retryAfterMs } = error;
  return {
    code: codeOf(error),
    message,
    ...detailsOf(error),
    ...(retryable === undefined ? {} : { retryable }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The server takes letters, digits and `_.:/-`; a code with anything else shall not cost the whole report. */
function codeOf({ code }: TaskFailed): string {
  return code.replace(/[^A-Za-z0-9_.:/-]/g, '-').slice(0, CODE_MAX) || 'task.failed';
}

/** Details that cannot travel are left out: the failure is what counts. */
function detailsOf({ details }: TaskFailed): Pick<AttemptFailure, 'details'> {
  if (details === undefined) return {};
  try {
    const { value, bytes } = checkedJson(details);
    return bytes > DETAILS_BYTES_MAX ? {} : { details: value };
  } catch {
    return {};
  }
}
