import { type CheckedJson, checkedJson } from '../checked-json.js';
import type { Json } from '../json.js';
import { TaskFailed } from './task-errors.js';

/** A failure is told in at most so many characters. */
const MESSAGE_MAX = 10_000;
/** What no frame could carry is not sent; what is merely more than an output may be, the server refuses. */
const OUTPUT_BYTES_MAX = 2 * 1_048_576;
const DETAILS_BYTES_MAX = 65_536;
const CODE_MAX = 128;
const NO_CODE = 'task.failed';
const UNREADABLE = 'what was thrown cannot be read as text';

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
  return carried('output', returned);
}

/** What a handler says of how far it has come, as JSON has it. Throws as `outputOf` does. */
export function progressOf(said: unknown): CheckedJson {
  return carried('progress', said);
}

function carried(what: 'output' | 'progress', given: unknown): CheckedJson {
  const json = checked(given, `${what}.invalid`, `the ${what} is not JSON`);
  if (json.bytes <= OUTPUT_BYTES_MAX) return json;
  const message = `the ${what} is larger than an output may be: store it elsewhere and say where`;
  throw new TaskFailed(message, { code: `${what}.too-large`, retryable: false });
}

function checked(given: unknown, code: string, words: string): CheckedJson {
  try {
    return checkedJson(given);
  } catch (cause) {
    throw new TaskFailed(`${words}: ${(cause as Error).message}`, { code, retryable: false, cause });
  }
}

/** What a handler threw, as the failure of its attempt. Throws nothing itself, whatever it is given. */
export function failureOf(error: unknown): AttemptFailure {
  try {
    return error instanceof TaskFailed ? saidBy(error) : { code: NO_CODE, message: messageOf(error) };
  } catch {
    // A getter, or a proxy, that throws in its turn.
    return { code: NO_CODE, message: UNREADABLE };
  }
}

/** Programs in JavaScript keep to no types: what has another than it should is not sent, for the server would refuse it. */
function saidBy(error: TaskFailed): AttemptFailure {
  const { retryable, retryAfterMs } = error;
  return {
    code: codeOf(error),
    message: messageOf(error),
    ...detailsOf(error),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Number(retryAfterMs) }),
  };
}

function messageOf(error: unknown): string {
  const said: unknown = error instanceof Error ? error.message : error;
  try {
    return String(said).slice(0, MESSAGE_MAX);
  } catch {
    return UNREADABLE;
  }
}

/**
 * The server takes letters, digits and `_.:/-`; a code with anything else shall not cost the whole report. Databases and gRPC
 * have numbers for codes.
 */
function codeOf({ code }: { readonly code: unknown }): string {
  const text = typeof code === 'object' ? '' : String(code);
  return text.replace(/[^A-Za-z0-9_.:/-]/g, '-').slice(0, CODE_MAX) || NO_CODE;
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
