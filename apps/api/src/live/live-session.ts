import {
  ANONYMOUS,
  type Clock,
  LIVE_LIMITS,
  type LiveEvent,
  type LiveFeed,
  type LiveListener,
  type LiveSubscription,
} from '@orrery/application';
import { EdgeError, liveFilterOf, problemOfItem } from '@orrery/contract';
import { CLOSE } from '../contract/closes.js';
import { type LiveFrame, type LiveServerFrame, WELCOME_LIMITS } from '../contract/live.js';
import type { Bugs } from '../http/bugs.js';
import type { FrameSession } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { itemOf } from './live-item.js';
import type { LiveMetrics } from './live-metrics.js';

/** What a session needs of the process it is in. */
export interface LiveSessionParts {
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly bugs: Bugs;
  readonly metrics?: LiveMetrics;
}

type Subscribe = Extract<LiveFrame, { readonly type: 'subscribe' }>;

/** What stands under an id; the subscription is missing while it is being made. */
interface Subscribed {
  subscription?: LiveSubscription;
}

/** How often a reader that was too slow is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** One program over a socket: as many subscriptions as it likes, each under an id of its own choosing. */
export class LiveSession implements FrameSession<LiveFrame> {
  private readonly subscriptions = new Map<string, Subscribed>();
  private isOver = false;
  private cancelHeartbeat = () => {};
  private cancelLook: (() => void) | undefined;

  constructor(
    private readonly socket: FrameSocket<LiveServerFrame>,
    private readonly sessionId: string,
    private readonly parts: LiveSessionParts,
  ) {}

  start(): void {
    this.socket.send({ type: 'welcome', sessionId: this.sessionId, limits: WELCOME_LIMITS });
    this.beatLater();
  }

  readonly on: FrameSession<LiveFrame>['on'] = {
    subscribe: (frame) => void this.subscribe(frame),
    unsubscribe: ({ id }) => this.unsubscribe(id),
    beat: () => this.socket.send({ type: 'beat' }),
  };

  end(): void {
    this.isOver = true;
    this.cancelHeartbeat();
    this.cancelLook?.();
    for (const id of [...this.subscriptions.keys()]) this.forget(id);
  }

  async leave(): Promise<void> {
    this.socket.send({ type: 'drain' });
    this.tellCursors();
    this.end();
    this.socket.close(CLOSE.goingAway, 'the server stops: connect again');
  }

  private async subscribe({ id, filter = {}, after }: Subscribe): Promise<void> {
    if (this.isOver) return;
    const subscribed: Subscribed = {};
    try {
      this.assertFree(id);
      this.subscriptions.set(id, subscribed);
      const asked = { context: ANONYMOUS, filter: liveFilterOf(filter), after, listener: this.listenerOf(id) };
      this.begin(id, subscribed, await this.parts.feed.subscribe(asked));
    } catch (error) {
      if (this.subscriptions.get(id) === subscribed) this.subscriptions.delete(id);
      this.refuse(id, error);
    }
  }

  private assertFree(id: string): void {
    const { subscriptionsPerSocket: most } = LIVE_LIMITS;
    if (this.subscriptions.has(id)) throw new EdgeError('live.id-in-use', `there is a subscription "${id}" already`);
    if (this.subscriptions.size < most) return;
    throw new EdgeError('live.socket-full', `a socket has at most ${most} (liveSubscriptionsPerSocket)`);
  }

  private begin(id: string, subscribed: Subscribed, subscription: LiveSubscription): void {
    // It was taken back meanwhile, or the connection is gone.
    if (this.subscriptions.get(id) !== subscribed) return subscription.end();
    subscribed.subscription = subscription;
    this.parts.metrics?.began('websocket');
    this.socket.send({ type: 'subscribed', id, cursor: subscription.cursor });
    subscription.resume();
  }

  private unsubscribe(id: string): void {
    const cursor = this.subscriptions.get(id)?.subscription?.cursor ?? null;
    this.forget(id);
    this.socket.send({ type: 'unsubscribed', id, cursor });
  }

  private forget(id: string): void {
    const subscription = this.subscriptions.get(id)?.subscription;
    this.subscriptions.delete(id);
    if (!subscription) return;
    subscription.end();
    this.parts.metrics?.ended('websocket');
  }

  private refuse(id: string, error: unknown): void {
    const problem = problemOfItem(this.parts.bugs.refusal(error, this.sessionId));
    this.socket.send({ type: 'refused', id, problem });
  }

  private listenerOf(id: string): LiveListener {
    const begin = `{"type":"event","id":${JSON.stringify(id)},"event":`;
    return {
      event: (event: LiveEvent, cursor: string) => {
        this.parts.metrics?.told('websocket');
        this.socket.sendText(`${begin}${itemOf(event, cursor)}}`);
        if (this.hasRoom) return true;
        this.lookForRoom();
        return false;
      },
      dropped: () => {
        this.parts.metrics?.wasDropped('websocket');
        this.tellCursors();
        this.socket.end(CLOSE.tooSlow, 'too much waits to be read: come back with the last cursor');
      },
    };
  }

  private get hasRoom(): boolean {
    return this.socket.bufferedBytes < LIVE_LIMITS.bufferedBytes;
  }

  private lookForRoom(): void {
    this.cancelLook ??= this.parts.clock.after(LOOK_AGAIN_MS, () => {
      this.cancelLook = undefined;
      // Not at once when there is a little: what is half empty can take many.
      if (this.socket.bufferedBytes > LIVE_LIMITS.bufferedBytes / 2) return this.lookForRoom();
      for (const { subscription } of this.subscriptions.values()) subscription?.resume();
    });
  }

  private beatLater(): void {
    this.cancelHeartbeat = this.parts.clock.after(LIVE_LIMITS.heartbeatEveryMs, () => {
      if (this.hasRoom) this.tellCursors();
      // Whoever is there answers it, and who does not is let go.
      this.socket.ping();
      this.beatLater();
    });
  }

  private tellCursors(): void {
    const told = [...this.subscriptions].flatMap(([id, { subscription }]) =>
      subscription ? [[id, subscription.cursor] as const] : [],
    );
    this.socket.send({ type: 'heartbeat', cursors: Object.fromEntries(told) });
  }
}
