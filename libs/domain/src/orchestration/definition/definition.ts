import type { Json, JsonObject } from '../../kernel/json.js';

/** A duration as its author writes it: `30s`, `1h30m`, `PT30S`. */
export type DurationText = string;
/** A text that is one `${ }`. */
export type ExpressionText = string;

/** A workflow definition as its author writes it, in YAML, JSON or TypeScript. */
export interface DefinitionDocument {
  readonly orrery: 'v1';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema (2020-12) of the input: a start that does not match is refused. */
  readonly input?: JsonObject;
  readonly defaults?: DefaultsDocument;
  /** Of the whole run. */
  readonly timeout?: DurationText;
  readonly onFailure?: FailureAction | FailureDocument;
  /** Whether a task with effects that has no compensation, and no reason for having none, is an error. */
  readonly strict?: boolean;
  readonly tasks: { readonly [key: string]: TaskDocument };
  readonly output?: Json;
}

export type FailureAction = 'fail' | 'compensate';

/** What a final failure leads to. */
export interface FailureDocument {
  readonly action?: FailureAction;
  /** What becomes of the tasks that run when another one fails for good. */
  readonly running?: 'finish' | 'cancel';
}

/** How the attempts of a task or of a compensation are made. */
export interface AttemptsDocument {
  readonly retry?: RetryDocument;
  /** From start to end, of each attempt: the same as `timeouts.run`. */
  readonly timeout?: DurationText;
  readonly timeouts?: TimeoutsDocument;
  readonly priority?: number;
}

/** What holds for every task that says nothing else, and is not performed by the engine itself. */
export type DefaultsDocument = AttemptsDocument;

export interface TaskDocument extends AttemptsDocument {
  readonly type: string;
  readonly description?: string;
  readonly dependsOn?: readonly string[];
  /** One task for each item of this list, with `item` and `index` in reach of its expressions. */
  readonly forEach?: ExpressionText | readonly Json[];
  /** How many items are under way at a time; all of them, if not given. */
  readonly concurrency?: number;
  readonly when?: ExpressionText | boolean;
  readonly input?: Json;
  readonly optional?: boolean;
  readonly compensate?: CompensationDocument | NoCompensationDocument;
}

/** The work that undoes a completed task. */
export interface CompensationDocument extends AttemptsDocument {
  readonly type: string;
  readonly input?: Json;
}

/** Nothing is to be undone, and why. */
export interface NoCompensationDocument {
  readonly none: string;
}

export interface RetryDocument {
  readonly maxAttempts?: number;
  readonly backoff?: {
    readonly initial?: DurationText;
    readonly multiplier?: number;
    readonly max?: DurationText;
    readonly jitter?: 'equal' | 'full' | 'none';
  };
  readonly nonRetryable?: readonly string[];
}

export interface TimeoutsDocument {
  /** From queued to started. */
  readonly queue?: DurationText;
  /** From started to ended, of each attempt. */
  readonly run?: DurationText;
  /** Between two heartbeats of one attempt. */
  readonly heartbeat?: DurationText;
}
