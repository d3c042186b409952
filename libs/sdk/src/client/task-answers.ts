import type { Refusal } from '../errors.js';
import type { Json } from '../json.js';
import type { Failure, TaskStatus, Written } from './answers.js';

export interface OpenTask {
  readonly id: string;
  readonly workflowId: string;
  readonly key: string;
  readonly type: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly priority: number;
  /** When the attempt was queued, or its wait began. */
  readonly since: string;
  readonly nextAttemptAt: string | null;
  readonly worker: string | null;
  readonly error: Failure | null;
}

/** A task in a worker's hands. */
export interface LeasedTask {
  readonly id: string;
  readonly workflowId: string;
  /** The task's key in its definition. */
  readonly key: string;
  readonly type: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Whether this undoes a task rather than does it. */
  readonly compensation: boolean;
  readonly input: Json;
  /** When the attempt must have ended. */
  readonly deadline: string | null;
  /** How often a heartbeat is wanted at least. */
  readonly heartbeatMs: number | null;
  /** The proof of holding the attempt. */
  readonly leaseToken: string;
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  /** W3C trace context of the run. */
  readonly trace: string | null;
}

export interface Heartbeat {
  readonly id: string;
  readonly leaseMs: number;
  /** Its run was stopped: the attempt may end now, in whatever way. */
  readonly cancelled: boolean;
}

export interface RecordedTask extends Written {
  readonly id: string;
}

/** What became of one of many reports. */
export type ReportAnswer =
  | { readonly id: string; readonly recorded: true; readonly position: string }
  | { readonly id: string; readonly recorded: false; readonly problem: Refusal };
