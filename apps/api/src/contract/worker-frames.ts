import { API_LIMITS, heldAttempt, results } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import type { refusal } from './tasks.js';

/** Where a worker's session begins. */
export const STREAM_PATH = '/tasks/stream';
/** The subprotocol, for whoever wants to name it. */
export const STREAM_PROTOCOL = 'orrery.worker.v1';

const attempts = z.array(heldAttempt).max(API_LIMITS.workerSlots);
const heartbeats = z.array(heldAttempt.extend({ progress: the.json.optional() })).max(API_LIMITS.workerSlots);
const slots = z.int().min(1).max(API_LIMITS.workerSlots);

/** What a worker sends. */
export const workerFrame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    workerId: the.workerId,
    types: the.someTaskTypes,
    slots,
    attempts: attempts.optional(),
  }),
  z.strictObject({ type: z.literal('beat'), attempts }),
  z.strictObject({ type: z.literal('heartbeats'), attempts: heartbeats }),
  z.strictObject({ type: z.literal('results'), seq: z.int().min(0), results }),
  z.strictObject({ type: z.literal('slots'), slots }),
  z.strictObject({ type: z.literal('drain') }),
]);
export type WorkerFrame = z.output<typeof workerFrame>;

interface LostAttempt {
  readonly id: string;
  readonly leaseToken: string;
}

/** What the server sends besides tasks, and before it ends a session. */
export type ServerFrame =
  | {
      readonly type: 'welcome';
      readonly sessionId: string;
      readonly limits: { readonly [name: string]: number };
      readonly lost: readonly LostAttempt[];
    }
  | { readonly type: 'beat'; readonly lost: readonly LostAttempt[] }
  | {
      readonly type: 'answers';
      readonly seq: number;
      readonly answers: readonly (
        | { readonly id: string; readonly recorded: true }
        | { readonly id: string; readonly recorded: false; readonly problem: z.output<typeof refusal> }
      )[];
    }
  | { readonly type: 'cancel'; readonly attempts: readonly { readonly id: string; readonly attempt: number }[] }
  | { readonly type: 'drained' };
