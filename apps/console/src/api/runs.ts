import { request } from './request.js';
import type { OpenTask, Page, Run, RunEvent, RunsPage, Task, WouldBe } from './types.js';

/** Which runs a list shows. */
export interface RunsFilter {
  readonly status: readonly string[];
  readonly definition?: string;
  readonly label: readonly string[];
  readonly q?: string;
  /** Only runs that started within this many milliseconds before now. */
  readonly withinMs?: number;
  /** Only runs that started or ended then: moments in ISO 8601. */
  readonly startedAfter?: string;
  readonly startedBefore?: string;
  readonly endedBefore?: string;
}

export interface PageAsked {
  readonly cursor?: string;
  readonly signal?: AbortSignal;
  readonly limit?: number;
}

/** Runs, and of each that is under way why it waits. */
export function listRuns(filter: RunsFilter, { cursor, signal, limit = 50 }: PageAsked = {}): Promise<RunsPage> {
  const { status, definition, label, q, withinMs, startedBefore, endedBefore } = filter;
  const within = withinMs === undefined ? undefined : new Date(Date.now() - withinMs).toISOString();
  const times = { startedAfter: within ?? filter.startedAfter, startedBefore, endedBefore };
  const words = { definition, label, q: q || undefined, ...times, include: 'waitingFor', cursor, limit };
  return request('/workflows', { signal, query: { ...words, status: status.length ? status.join(',') : undefined } });
}

export interface RunAsked {
  /** As it was after so many events; as it is now, if not given. */
  readonly atVersion?: number;
  readonly signal?: AbortSignal;
}

/** A run with the first page of its tasks. */
export function getRun(id: string, { atVersion, signal }: RunAsked = {}): Promise<Run> {
  return request(`/workflows/${id}`, { signal, query: { atVersion } });
}

/** All tasks of a run, from its first page on. */
export async function getAllTasks(first: Run, signal?: AbortSignal): Promise<readonly Task[]> {
  const tasks = [...first.tasks];
  let { tasksCursor } = first;
  while (tasksCursor !== null) {
    const page: Run = await request(`/workflows/${first.id}`, { signal, query: { tasksCursor } });
    tasks.push(...page.tasks);
    ({ tasksCursor } = page);
  }
  return tasks;
}

export interface EventsAsked {
  readonly after: number;
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** The events after a version, at most a thousand; with `waitMs` it waits for some. */
export function getEvents(id: string, { after, waitMs, signal }: EventsAsked): Promise<Page<RunEvent>> {
  return request(`/workflows/${id}/events`, { signal, query: { after, waitMs, limit: 1_000 } });
}

/** A command to a run, as the API has it. */
export interface Command {
  readonly path: string;
  readonly method: 'POST' | 'DELETE';
  readonly body?: unknown;
}

/** The events that a command would bring; nothing is done. */
export async function tryCommand({ path, method, body }: Command, signal?: AbortSignal): Promise<readonly WouldBe[]> {
  const { events } = await request<{ events: readonly WouldBe[] }>(path, {
    method,
    body,
    signal,
    query: { dryRun: true },
  });
  return events;
}

/** Does it, once: a repeated request with the same key is the same request. */
export function sendCommand({ path, method, body }: Command, key: string): Promise<unknown> {
  return request(path, { method, body, headers: { 'idempotency-key': key } });
}

export interface TasksFilter {
  readonly status: readonly string[];
  readonly type?: string;
}

export function listTasks({ status, type }: TasksFilter, { cursor, signal }: PageAsked = {}): Promise<Page<OpenTask>> {
  const query = { status: status.length ? status.join(',') : undefined, type: type || undefined, cursor, limit: 100 };
  return request('/tasks', { signal, query });
}
