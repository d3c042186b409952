import { LIVE_LIMITS } from '@orrery/application';
import {
  API_LIMITS,
  SESSION_LIMITS,
  feedCursor,
  type problemOfItem,
  subscription,
  wantedEvents,
} from '@orrery/contract';
import { z } from 'zod';
import { route } from './route.js';
import { event } from './workflow-answers.js';

/** Where a socket listens to the live feed; at the root as well. */
export const LIVE_PATH = '/ws';
/** The subprotocol, for whoever wants to name it. */
export const LIVE_PROTOCOL = 'orrery.live.v1';

const item = event
  .extend({
    cursor: z.string().describe('Where to go on after it.'),
    workflowId: z.string().nullable(),
    definition: z.string().nullable(),
    deadLetterId: z.string().nullable(),
  })
  .meta({ id: 'LiveEvent' });

export const liveRoutes = {
  events: route({
    id: 'followEvents',
    tag: 'live',
    method: 'GET',
    path: '/sse/events',
    summary: 'Follow events as they happen, as server-sent events',
    description:
      'The `data` of each message is an event. Its `id` is a cursor: who connects again with it as `Last-Event-ID`, as ' +
      'an EventSource does by itself, misses nothing and hears nothing twice. Messages of the type `heartbeat` say how ' +
      'far it has come; one of the type `closing` says why the stream ends.',
    query: subscription,
    streams: true,
    atRoot: true,
    answers: { 200: { description: 'The stream', body: item } },
    refuses: ['cursor.invalid', 'position.other-epoch', 'live.too-many'],
  }),
};

const id = z.string().min(1).max(API_LIMITS.subscriptionIdCharacters);

/** What a socket sends. */
export const liveFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello') }),
  z.strictObject({
    type: z.literal('subscribe'),
    id,
    filter: z.strictObject(wantedEvents).optional(),
    after: feedCursor.optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
  z.strictObject({ type: z.literal('beat') }),
]);
export type LiveFrame = z.output<typeof liveFrame>;

/** What a socket is told of the limits. */
export const WELCOME_LIMITS = Object.freeze({ ...LIVE_LIMITS, frameBytes: SESSION_LIMITS.frameBytes });

/** What the server sends, besides events and before it ends a session. */
export type LiveServerFrame =
  | { readonly type: 'welcome'; readonly sessionId: string; readonly limits: typeof WELCOME_LIMITS }
  | { readonly type: 'subscribed'; readonly id: string; readonly cursor: string }
  /** There was none of this id, if it has no cursor. */
  | { readonly type: 'unsubscribed'; readonly id: string; readonly cursor: string | null }
  | { readonly type: 'refused'; readonly id: string; readonly problem: ReturnType<typeof problemOfItem> }
  /** How far each subscription has come. */
  | { readonly type: 'heartbeat'; readonly cursors: { readonly [id: string]: string } }
  | { readonly type: 'beat' };
