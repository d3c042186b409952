// What the API answers, as far as the console reads it; openapi.json has all of it.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export type RunStatus = 'running' | 'paused' | 'compensating' | 'completed' | 'failed' | 'compensated' | 'cancelled';
export type TaskStatus =
  | 'pending'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'compensating'
  | 'compensated';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface RunSummary {
  readonly id: string;
  readonly definition: { readonly name: string; readonly version: number | null };
  readonly status: RunStatus;
  readonly labels: { readonly [name: string]: string };
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
  readonly tasks: { readonly total: number; readonly ended: number };
  readonly error: Failure | null;
}

export interface RunsPage extends Page<RunSummary> {
  readonly counts: { readonly [status in RunStatus]: number };
}

/** What a task and its compensation have in common. */
export interface Attempt {
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly waitingFor: string | null;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: Failure | null;
  readonly nextAttemptAt: string | null;
  readonly worker: string | null;
  readonly childId: string | null;
}

export interface Task extends Attempt {
  readonly dependsOn: readonly string[];
  readonly output: Json;
  readonly outputOmitted?: true;
  readonly items: { readonly total: number; readonly ended: number } | null;
  readonly compensation: Attempt | null;
}

export interface Run {
  readonly id: string;
  readonly definition: { readonly name: string; readonly version: number | null; readonly hash: string };
  readonly status: RunStatus;
  readonly waitingFor: string | null;
  readonly input: Json;
  readonly inputOmitted?: true;
  readonly output: Json;
  readonly outputOmitted?: true;
  readonly error: Failure | null;
  readonly notUndone: readonly string[];
  readonly warning: string | null;
  readonly labels: { readonly [name: string]: string };
  readonly parent: { readonly id: string; readonly taskId: string; readonly attempt: number } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
  readonly tasks: readonly Task[];
  readonly tasksCursor: string | null;
}

export interface RunEvent {
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly data: JsonObject;
}

/** An event that a command would bring. */
export type WouldBe = Pick<RunEvent, 'type' | 'data'>;

export interface OpenTask {
  readonly id: string;
  readonly workflowId: string;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly since: string;
  readonly nextAttemptAt: string | null;
  readonly worker: string | null;
  readonly error: Failure | null;
}

export interface DefinitionSummary {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly registeredAt: string;
}

export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly latestVersion: number;
  readonly hash: string;
  readonly format: 'json' | 'yaml';
  readonly source: string;
  readonly document: JsonObject;
}

export interface Worker {
  readonly id: string;
  readonly types: readonly string[];
  readonly transport: 'poll' | 'stream' | 'amqp' | 'inside';
  readonly slots: number;
  readonly busy: number;
  readonly lastSeenAt: string;
}

export interface Queue {
  readonly type: string;
  readonly waiting: number;
  readonly oldestAt: string | null;
  readonly held: number;
  readonly workers: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly status: 'waiting' | 'redriven' | 'dropped';
  readonly queue: 'commands' | 'tasks';
  readonly reason: string;
  readonly detail: string;
  readonly bytes: number;
  readonly recordedAt: string;
  readonly changedAt: string;
  readonly type?: string | null;
}

export interface DeadLetterDetails extends DeadLetter {
  readonly truncated: boolean;
  readonly redrives: number;
  readonly message: { readonly body: string; readonly encoding: 'text' | 'base64' } & JsonObject;
}

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  readonly hint?: string;
}

/** RFC 9457, as the API says it. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId?: string;
  readonly retryable: boolean;
  readonly errors?: readonly Fault[];
}
