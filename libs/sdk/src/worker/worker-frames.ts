import type { Refusal } from '../errors.js';
import type { Json } from '../json.js';
import type { LeasedTask } from '../client/task-answers.js';
import type { HeldAttempt, Report } from '../client/tasks.js';

/** A sign of life of the work itself, and how far it has come. */
export type Heartbeat = HeldAttempt & { readonly progress?: Json };

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
  | { readonly type: 'heartbeats'; readonly attempts: readonly Heartbeat[] }
  | { readonly type: 'results'; readonly seq: number; readonly results: readonly Report[] }
  | { readonly type: 'drain' };

/** What the server answered of one result. */
export interface Answer {
  readonly id: string;
  readonly recorded: boolean;
  readonly problem?: Refusal;
}

/** What the server says to a worker. */
export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly limits: { readonly [name: string]: number };
      readonly lost: readonly HeldAttempt[];
    }
  | { readonly type: 'tasks'; readonly tasks: readonly LeasedTask[] }
  | { readonly type: 'answers'; readonly seq: number; readonly answers: readonly Answer[] }
  | { readonly type: 'beat'; readonly lost: readonly HeldAttempt[] }
  | { readonly type: 'cancel'; readonly attempts: readonly { readonly id: string; readonly attempt: number }[] }
  | { readonly type: 'drain' }
  | { readonly type: 'drained' }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** Closes after which connecting again would not help. */
export const FINAL_CLOSES: Readonly<Record<number, string>> = {
  1007: 'the server could not read what this worker sent',
  1009: 'the server does not take a frame as large as this worker sent',
  4400: 'the server does not understand this worker: they are of different releases',
  4405: 'the server does not understand this worker: they are of different releases',
  4409: 'another worker with this name took its place; give each a name of its own',
};
