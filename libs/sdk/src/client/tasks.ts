import type { Json } from '../json.js';
import type { Page, TaskStatus } from './answers.js';
import type { CallOptions, HttpConnection } from './http-connection.js';
import { type ListOptions, allItems, readHeaders } from './paging.js';
import type { Heartbeat, LeasedTask, OpenTask, RecordedTask, ReportAnswer } from './task-answers.js';

/** Which tasks are listed. */
export interface TaskFilter {
  readonly status?: TaskStatus | readonly TaskStatus[];
  readonly type?: string;
}

export interface PollRequest {
  readonly workerId: string;
  readonly types: readonly string[];
  /** How many at most; 1 if it is not said. */
  readonly max?: number;
  /** How long to wait for one, in milliseconds; at most 60,000. */
  readonly waitMs?: number;
}

/** An attempt that a worker holds, and its proof. */
export interface HeldAttempt {
  readonly id: string;
  readonly leaseToken: string;
}

/** Why an attempt failed, as its worker says it. */
export interface ReportedError {
  readonly message: string;
  readonly code?: string;
  readonly details?: Json;
  /** False: no other attempt would help. */
  readonly retryable?: boolean;
  /** No attempt before so long from now: `30s`. */
  readonly retryAfter?: string;
}

/** How an attempt ended. */
export type Report = HeldAttempt &
  ({ readonly output: Json } | { readonly error: ReportedError }) & {
    /** When the work began, if not when the task was handed out. */
    readonly startedAt?: string;
  };

/** Tasks: listed, and done one by one. Whoever does many of them uses a `worker`. */
export class Tasks {
  constructor(private readonly http: HttpConnection) {}

  /** A page of open and failed tasks of all runs. Those that ended are in their run. */
  list({ status, type, cursor, limit, ...options }: TaskFilter & ListOptions = {}): Promise<Page<OpenTask>> {
    const query = { status, type, cursor, limit };
    return this.http.send({ method: 'GET', path: '/tasks', query, headers: readHeaders(options), ...options });
  }

  /** All open and failed tasks, page after page. */
  all(options: TaskFilter & ListOptions = {}): AsyncGenerator<OpenTask, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  /** Takes tasks, or waits for some. What is taken and lost on the way is handed out again after its lease. */
  async poll(request: PollRequest, { signal }: CallOptions = {}): Promise<readonly LeasedTask[]> {
    const { waitMs } = request;
    const post = { method: 'POST', path: '/tasks/poll', body: request, waitMs, signal } as const;
    return (await this.http.send<{ readonly tasks: readonly LeasedTask[] }>(post)).tasks;
  }

  /** Says that an attempt is alive. */
  heartbeat(
    { id, leaseToken }: HeldAttempt,
    options: CallOptions & { readonly progress?: Json } = {},
  ): Promise<Heartbeat> {
    const { progress, signal } = options;
    return this.post(id, 'heartbeat', { leaseToken, progress }, signal);
  }

  /** Reports that an attempt did its work. */
  complete({ id, leaseToken }: HeldAttempt, output: Json, { signal }: CallOptions = {}): Promise<RecordedTask> {
    return this.post(id, 'complete', { leaseToken, output }, signal);
  }

  /** Reports that an attempt failed. */
  fail({ id, leaseToken }: HeldAttempt, error: ReportedError, { signal }: CallOptions = {}): Promise<RecordedTask> {
    return this.post(id, 'fail', { leaseToken, error }, signal);
  }

  /** Reports many at once, at most 1,000; each gets an answer of its own, in order. */
  async report(results: readonly Report[], { signal }: CallOptions = {}): Promise<readonly ReportAnswer[]> {
    const post = { method: 'POST', path: '/tasks/results', body: { results }, repeatable: true, signal } as const;
    return (await this.http.send<{ readonly results: readonly ReportAnswer[] }>(post)).results;
  }

  /** The same report again gets the same answer, so it may be repeated. */
  private post<Answer>(id: string, what: string, body: object, signal: AbortSignal | undefined): Promise<Answer> {
    const path = `/tasks/${encodeURIComponent(id)}/${what}`;
    return this.http.send({ method: 'POST', path, body, repeatable: true, signal });
  }
}
