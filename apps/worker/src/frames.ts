import type { Json } from '@orrery/domain';

/** An attempt that a worker holds, and its proof. */
export interface HeldAttempt {
  readonly id: string;
  readonly leaseToken: string;
}

/** How an attempt ended. */
export type Result = HeldAttempt &
  ({ readonly output: Json } | { readonly error: ResultError }) & { readonly startedAt?: string };

export interface ResultError {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  /** A duration: `1500ms`. */
  readonly retryAfter?: string;
}

/** What a worker says to the server: see docs/worker-protocol.md. */
export type WorkerFrame =
  | {
      readonly type: 'hello';
      readonly workerId: string;
      readonly types: readonly string[];
      readonly slots: number;
      readonly attempts: readonly HeldAttempt[];
    }
  | { readonly type: 'beat'; readonly attempts: readonly HeldAttempt[] }
  | { readonly type: 'heartbeats'; readonly attempts: readonly HeldAttempt[] }
  | { readonly type: 'results'; readonly seq: number; readonly results: readonly Result[] }
  | { readonly type: 'drain' };

/** A task as it comes over the wire. */
export interface WireTask extends HeldAttempt {
  readonly workflowId: string;
  readonly key: string;
  readonly type: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly compensation: boolean;
  readonly input: Json;
  /** RFC 3339. */
  readonly deadline: string | null;
  readonly heartbeatMs: number | null;
  readonly idempotencyKey: string;
  readonly trace: string | null;
}

export interface Answer {
  readonly id: string;
  readonly recorded: boolean;
  readonly problem?: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly retryable: boolean;
  };
}

/** What the server says to a worker. */
export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly limits: { readonly [name: string]: number };
      readonly lost: readonly HeldAttempt[];
    }
  | { readonly type: 'tasks'; readonly tasks: readonly WireTask[] }
  | { readonly type: 'answers'; readonly seq: number; readonly answers: readonly Answer[] }
  | { readonly type: 'beat'; readonly lost: readonly HeldAttempt[] }
  | { readonly type: 'cancel'; readonly attempts: readonly { readonly id: string; readonly attempt: number }[] }
  | { readonly type: 'drain' }
  | { readonly type: 'drained' }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** A close after which connecting again would not help. */
export const FINAL_CLOSES: Readonly<Record<number, string>> = {
  4400: 'the server does not understand this worker: they are of different releases',
  4405: 'the server does not understand this worker: they are of different releases',
  4409: 'another worker with this name took its place; give each a WORKER_ID of its own',
};
