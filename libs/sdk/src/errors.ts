/** Something wrong in a request or a definition, with its place. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** A JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly severity: 'error' | 'warning';
  readonly hint?: string;
  /** Where it stands in a definition's text, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** An error as the API answers it (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly requestId: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly error: {
    readonly code: string;
    readonly name: string;
    readonly message: string;
    readonly details: { readonly [name: string]: unknown };
    readonly requestId: string;
  };
  readonly errors?: readonly Fault[];
}

/** The little that is always said of a refusal: all there is of one among many, or over a socket. */
export type Refusal = Pick<Problem, 'status' | 'code' | 'title' | 'detail' | 'retryable' | 'errors'>;

/** The server understood the request and refused it; `code` says which refusal it is. */
export class OrreryProblem extends Error {
  override readonly name = 'OrreryProblem';
  /** Which refusal it is: `task.lease-lost`. Programs go by this. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Whether the same request may do better later. */
  readonly retryable: boolean;
  /** Every fault of the request, each with its place. */
  readonly errors: readonly Fault[];
  /** Names the request in the server's log; empty where many were answered at once. */
  readonly requestId: string;
  /** More about it, by name: `{ limit: 'payloadBytes' }`. */
  readonly details: { readonly [name: string]: unknown };

  constructor(
    problem: Refusal & Partial<Problem>,
    /** How long the server asks to wait before the next try, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.retryable = problem.retryable;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId ?? '';
    this.details = problem.error?.details ?? {};
  }
}

/** Nothing came back: there is no server at this address, or the connection broke. A write may have happened. */
export class OrreryUnreachable extends Error {
  override readonly name = 'OrreryUnreachable';

  constructor(
    /** Where the server should be. */
    readonly url: string,
    /** What is known of it: `ECONNREFUSED`, `UND_ERR_SOCKET`, `TIMEOUT`. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`no answer from ${url}: ${reason}`, options);
  }

  /** Whether the request certainly never left: then even a write may be sent again. */
  get isUnsent(): boolean {
    return UNSENT.has(this.reason);
  }
}

const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What was waited for did not happen within the time that was given. */
export class OrreryTimeout extends Error {
  override readonly name = 'OrreryTimeout';
}
