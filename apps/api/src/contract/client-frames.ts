import { API_LIMITS, SESSION_LIMITS, cancelBody, start } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { Json } from '@orrery/domain';
import { z } from 'zod';
import type { refusal } from './tasks.js';
import { batchStarted } from './workflow-answers.js';

/** Where a client's session begins. */
export const CLIENT_PATH = '/client';
/** The subprotocol, for whoever wants to name it. */
export const CLIENT_PROTOCOL = 'orrery.client.v1';

const seq = z.int().min(0);
const ids = z.array(the.workflowId).min(1).max(API_LIMITS.batchItems);
/** Many things, each read by itself: what is wrong with one is its own answer, and ends no connection. */
const many = z.array(z.custom<Json>()).min(1).max(API_LIMITS.batchItems);

/** One of many starts. Its id makes it repeatable; with `watch` its end is told. */
export const clientStart = start.extend({ id: the.workflowId, watch: z.boolean().optional() });

const toRun = {
  id: the.workflowId,
  key: the.idempotencyKey.optional(),
};
/** One of many commands to runs. Its key makes it repeatable, as `Idempotency-Key` does. */
export const clientCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('cancel'), ...toRun, ...cancelBody.shape }),
  z.strictObject({ command: z.literal('pause'), ...toRun }),
  z.strictObject({ command: z.literal('resume'), ...toRun }),
  z.strictObject({ command: z.literal('retry'), ...toRun }),
  z.strictObject({ command: z.literal('signal'), ...toRun, name: the.signalName, payload: the.json.optional() }),
]);
export type ClientCommandItem = z.output<typeof clientCommand>;

/** What a client sends. */
export const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello') }),
  z.strictObject({ type: z.literal('starts'), seq, starts: many }),
  z.strictObject({ type: z.literal('commands'), seq, commands: many }),
  z.strictObject({ type: z.literal('watch'), ids }),
  z.strictObject({ type: z.literal('unwatch'), ids }),
  z.strictObject({ type: z.literal('beat') }),
]);
export type ClientFrame = z.output<typeof clientFrame>;

type Problem = { readonly problem: z.output<typeof refusal> };

/** What became of one of many starts or commands. */
export type ClientAnswer = z.output<typeof batchStarted> | { readonly id: string; readonly changed: boolean } | Problem;

/** How a run ended, or why nobody will know. */
export type ClientEnd = { readonly id: string } & (
  | {
      readonly status: z.output<typeof the.workflowStatus>;
      readonly output: Json;
      readonly error: z.output<typeof the.failure> | null;
    }
  | Problem
);

/** What the server sends, besides ends and before it ends a session. */
export type ClientServerFrame =
  | { readonly type: 'welcome'; readonly sessionId: string; readonly limits: typeof SESSION_LIMITS }
  | {
      readonly type: 'answers';
      readonly seq: number;
      readonly answers: readonly ClientAnswer[];
      /** Covers all that was written; null if nothing was. */
      readonly position: string | null;
    }
  | { readonly type: 'beat' };
