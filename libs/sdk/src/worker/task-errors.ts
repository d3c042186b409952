import type { Json } from '../json.js';

const A_YEAR_MS = 365 * 86_400_000;

/** How an attempt failed, besides its message. */
export interface TaskFailedOptions extends ErrorOptions {
  /** What programs go by: `card.declined`. It can stand among a retry's `nonRetryable` codes. */
  readonly code?: string;
  /** More about it, recorded with the failure. */
  readonly details?: Json;
}

/** Fails an attempt with a code. Any other error fails it too, with the code `task.failed`. */
export class TaskFailed extends Error {
  override readonly name: string = 'TaskFailed';
  readonly code: string;
  readonly details: Json | undefined;
  /** Whether another attempt may help; unsaid, the definition decides. */
  readonly retryable: boolean | undefined;
  /** No attempt before so long from now, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: TaskFailedOptions & { readonly retryable?: boolean; readonly retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = options.code ?? 'task.failed';
    this.details = options.details;
    this.retryable = options.retryable;
    const { retryAfterMs } = options;
    if (retryAfterMs !== undefined && !(retryAfterMs >= 0 && retryAfterMs <= A_YEAR_MS))
      throw new RangeError(`retryAfterMs must be from 0 to a year in milliseconds, and is ${retryAfterMs}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Fails a task for good: no other attempt would help. */
export class NonRetryable extends TaskFailed {
  override readonly name = 'NonRetryable';

  constructor(message: string, options: TaskFailedOptions = {}) {
    super(message, { ...options, retryable: false });
  }
}

/** Fails an attempt, and asks for no other before so long from now, in milliseconds. */
export class RetryAfter extends TaskFailed {
  override readonly name = 'RetryAfter';

  constructor(retryAfterMs: number, message: string, options: TaskFailedOptions = {}) {
    super(message, { ...options, retryAfterMs });
  }
}
