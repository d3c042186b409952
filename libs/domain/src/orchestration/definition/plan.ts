import type { Json, JsonObject } from '../../kernel/json.js';
import type { RetryPolicy } from '../task/retry-policy.js';

/** What an expression may read: the run's input, the outputs of the tasks upstream, the run itself. */
export interface Scope {
  readonly input: Json;
  /** The output by task key; the output of a skipped task is null. */
  readonly tasks: { readonly [key: string]: { readonly output: Json } };
  readonly workflow: { readonly id: string; readonly startedAt: string };
  /** Of an item of a `forEach`. */
  readonly item?: Json;
  readonly index?: number;
}

/** A compiled value with `${ }` in it: gives plain JSON, or throws `ExpressionFailed`. */
export type Template<T extends Json = Json> = (scope: Scope) => T;

/** How long each thing may take, in milliseconds; null is for ever. */
export interface Timeouts {
  /** From queued to started. */
  readonly queueMs: number | null;
  /** From started to ended, each attempt. */
  readonly runMs: number | null;
  /** Between two heartbeats of one attempt. */
  readonly heartbeatMs: number | null;
}

/** How a task becomes one for each item of a list. */
export interface ForEach {
  readonly items: Template;
  /** How many items are under way at a time; null is all of them. */
  readonly concurrency: number | null;
  /** Whether the condition reads the item, so that it is asked for each. */
  readonly whenEach: boolean;
}

/** Which item of which `forEach`. */
export interface Item {
  readonly of: number;
  readonly index: number;
}

/** A task as the engine runs it: every default filled in, every name an ordinal, every expression compiled. */
export interface PlannedTask {
  readonly ordinal: number;
  /** The key in the definition; a compensation has the key of the task that it undoes. */
  readonly key: string;
  readonly type: string;
  readonly dependsOn: readonly number[];
  readonly dependents: readonly number[];
  readonly when: Template | null;
  readonly input: Template | null;
  readonly optional: boolean;
  readonly priority: number;
  readonly retry: RetryPolicy;
  readonly timeouts: Timeouts;
  readonly forEach: ForEach | null;
  /** For one of the tasks that a `forEach` becomes. */
  readonly item: Item | null;
  /** The ordinal of the compensation that undoes this task, if it has one. */
  readonly compensation: number | null;
  /** For a compensation, the ordinal of the task that it undoes. */
  readonly compensates: number | null;
}

/** The signals that a definition waits for. */
export interface Signals {
  /** By name: the JSON Schemas (2020-12) that a payload must match. */
  readonly schemas: ReadonlyMap<string, readonly JsonObject[]>;
  /** Whether a name is computed when the task begins, so that any may be waited for. */
  readonly computed: boolean;
}

/**
 * A definition, compiled: pure, immutable, shared by every run of it. `tasks` holds the tasks by ordinal, in the order
 * of the definition, and after them the compensations, which are tasks with ordinals of their own.
 */
export interface Plan {
  readonly name: string;
  readonly tasks: readonly PlannedTask[];
  /** How many of `tasks` are tasks; the rest are compensations. */
  readonly taskCount: number;
  /** The ordinals of the tasks that have a `forEach`. The tasks that their items become are not in `tasks`: see `taskAt`. */
  readonly forEach: readonly number[];
  /** How long a whole run may take, in milliseconds; null is for ever. */
  readonly timeoutMs: number | null;
  /** What a final failure leads to. */
  readonly onFailure: 'fail' | 'compensate';
  /** What becomes of the tasks that run when another one fails for good. */
  readonly whenFailing: 'finish' | 'cancel';
  readonly output: Template | null;
  /** JSON Schema (2020-12) of the run's input; null where any input will do. Its check is somebody else's. */
  readonly inputSchema: JsonObject | null;
  readonly signals: Signals;
}
