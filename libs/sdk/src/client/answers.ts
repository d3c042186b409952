import type { Fault, Refusal } from '../errors.js';
import type { Json, JsonObject } from '../json.js';

// What the API answers, as apps/api/openapi.json has it: a spec holds the two together. Times are RFC 3339.

export type WorkflowStatus =
  'running' | 'paused' | 'compensating' | 'completed' | 'failed' | 'compensated' | 'cancelled';

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

/** What is recorded of an attempt or a run that failed. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/** A page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null if this is the last. */
  readonly nextCursor: string | null;
  /** The position that the list has reached; null for what does not follow the log. */
  readonly position: string | null;
}

/** Where a write stands; `atLeast` of a later read takes it. */
export interface Written {
  readonly position: string;
}

export interface RegisteredDefinition extends Written {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly warnings: readonly Fault[];
}

export interface CheckedDefinition {
  readonly valid: boolean;
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
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
  /** The text as its author wrote it. */
  readonly source: string;
  readonly document: JsonObject;
}

export interface DefinitionReference {
  readonly name: string;
  /** Null for one that came with the start. */
  readonly version: number | null;
  readonly hash: string;
}

export interface StartedWorkflow extends Written {
  readonly id: string;
  readonly status: WorkflowStatus;
  readonly definition: DefinitionReference;
}

/** What became of one of many starts. */
export type BatchAnswer = BatchStarted | { readonly problem: Refusal };

export interface BatchStarted {
  readonly id: string;
  readonly status: WorkflowStatus;
  readonly definition: DefinitionReference;
  /** False: it was started before, by the same request. */
  readonly created: boolean;
}

/** Many starts, answered in their order. */
export interface StartedBatch {
  readonly items: readonly BatchAnswer[];
  /** Covers all that started; null if none did. */
  readonly position: string | null;
}

/** What compensations and tasks have in common. */
export interface Compensation {
  /** `<workflow id>~<ordinal>` */
  readonly id: string;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Why it does not go on by itself just now, in a sentence. */
  readonly waitingFor: string | null;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: Failure | null;
  readonly nextAttemptAt: string | null;
  readonly worker: string | null;
  /** The run that its last attempt is, for a task of type `workflow`. */
  readonly childId: string | null;
}

export interface Task extends Compensation {
  readonly dependsOn: readonly string[];
  /** For a task with a `forEach`. The tasks that its items became come after those of the definition. */
  readonly items: { readonly total: number; readonly ended: number } | null;
  readonly output: Json;
  /** The output is large: ask for it with `payloads`. */
  readonly outputOmitted?: true;
  /** What undoes it. */
  readonly compensation: Compensation | null;
}

export interface Workflow {
  readonly id: string;
  readonly definition: DefinitionReference;
  readonly status: WorkflowStatus;
  /** Why it does not go on by itself just now, in a sentence. */
  readonly waitingFor: string | null;
  readonly input: Json;
  readonly inputOmitted?: true;
  readonly output: Json;
  readonly outputOmitted?: true;
  readonly error: Failure | null;
  /** The keys of the tasks that were to be undone and are not, the last completed first. */
  readonly notUndone: readonly string[];
  /** What will be trouble, if nothing changes: a history that grows long. */
  readonly warning: string | null;
  readonly labels: { readonly [name: string]: string };
  readonly priority: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** The attempt of another run that this one is. */
  readonly parent: { readonly id: string; readonly taskId: string; readonly attempt: number } | null;
  readonly version: number;
  readonly position: string;
  readonly tasks: readonly Task[];
  /** Where the next page of tasks begins. */
  readonly tasksCursor: string | null;
}

export interface WorkflowSummary {
  readonly id: string;
  readonly definition: { readonly name: string; readonly version: number | null };
  readonly status: WorkflowStatus;
  readonly labels: { readonly [name: string]: string };
  readonly priority: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
  readonly tasks: { readonly total: number; readonly ended: number };
  readonly error: Failure | null;
  /** With `include: 'waitingFor'`: why it does not go on by itself just now, in a sentence. */
  readonly waitingFor?: string | null;
}

export interface WorkflowPage extends Page<WorkflowSummary> {
  /** How many runs the filter lets through, by status. */
  readonly counts: { readonly [status in WorkflowStatus]: number };
}

/** How a run ended; while `ended` is false, its status alone. */
export interface WorkflowResult<Output = Json> {
  readonly id: string;
  readonly status: WorkflowStatus;
  readonly ended: boolean;
  readonly output: Output;
  readonly error: Failure | null;
  readonly version: number;
}

export interface WorkflowEvent {
  readonly version: number;
  readonly position: string;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly data: JsonObject;
}

/** An event as the live feed tells it. */
export interface LiveEvent extends WorkflowEvent {
  /** Where to go on after it. */
  readonly cursor: string;
  /** The run that it is of; null for what is no run's. */
  readonly workflowId: string | null;
  /** The definition that the run runs, or that was registered. */
  readonly definition: string | null;
  readonly deadLetterId: string | null;
}

export interface CommandAnswer extends Written {
  readonly id: string;
  /** False: it was so before. */
  readonly changed: boolean;
}

/** The events that would follow a command. */
export interface DryRun {
  readonly events: readonly { readonly type: string; readonly data: JsonObject }[];
}

/** What would become of many starts, in their order. */
export interface TriedBatch {
  readonly items: readonly (DryRun | { readonly problem: Refusal })[];
  /** Nothing was written. */
  readonly position: null;
}
