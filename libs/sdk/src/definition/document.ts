import type { Json, JsonObject } from '../json.js';

type Unit = 'ms' | 's' | 'm' | 'h' | 'd';

/** `200ms`, `30s`, `1h30m`, or ISO 8601 without years and months: `PT30S`. */
export type Duration = `${number}${Unit}` | `${number}${Unit}${number}${Unit}` | `P${string}`;

export interface Backoff {
  readonly initial?: Duration;
  readonly multiplier?: number;
  readonly max?: Duration;
  readonly jitter?: 'equal' | 'full' | 'none';
}

export interface Retry {
  /** 1 to 10,000. */
  readonly maxAttempts?: number;
  readonly backoff?: Backoff;
  /** Codes of failures after which there is no further attempt. */
  readonly nonRetryable?: readonly string[];
}

export interface Timeouts {
  /** From queued to started. */
  readonly queue?: Duration;
  /** From started to ended, each attempt. */
  readonly run?: Duration;
  /** Between two heartbeats of an attempt. */
  readonly heartbeat?: Duration;
}

/** How attempts are made: of a task, of a compensation, or of all that say nothing else. */
export interface AttemptOptions {
  readonly retry?: Retry;
  /** The same as `timeouts.run`. */
  readonly timeout?: Duration;
  readonly timeouts?: Timeouts;
  /** 0 to 9, higher first. */
  readonly priority?: number;
}

export type FailureAction = 'fail' | 'compensate';

/** What a definition says besides its tasks and its output. */
export interface WorkflowOptions extends Pick<WorkflowDefinition, 'name' | 'description' | 'strict'> {
  readonly defaults?: AttemptOptions;
  /** How long the whole run may take. */
  readonly timeout?: Duration;
  readonly onFailure?: FailureAction | { readonly action?: FailureAction; readonly running?: 'finish' | 'cancel' };
}

/** What undoes a task, as a document has it. */
export type CompensationDocument =
  ({ readonly type: string; readonly input?: Json } & AttemptOptions) | { readonly none: string };

/** A task, as a document has it. */
export interface TaskDocument extends AttemptOptions {
  readonly type: string;
  readonly description?: string;
  readonly dependsOn?: readonly string[];
  readonly forEach?: string | readonly Json[];
  readonly concurrency?: number;
  readonly when?: string | boolean;
  readonly input?: Json;
  readonly optional?: boolean;
  readonly compensate?: CompensationDocument;
}

/** A whole definition, the same document as its YAML: what is registered, or started. */
export interface WorkflowDefinition {
  readonly orrery: 'v1';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema (2020-12) of the run's input. */
  readonly input?: JsonObject;
  readonly defaults?: AttemptOptions;
  readonly timeout?: Duration;
  readonly onFailure?: WorkflowOptions['onFailure'];
  /** Whether a task with effects that cannot be undone is an error. */
  readonly strict?: boolean;
  readonly tasks: { readonly [key: string]: TaskDocument };
  readonly output?: Json;
}
