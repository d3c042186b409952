import type { ServerResponse } from 'node:http';
import { type Clock, LIVE_LIMITS, type LiveEvent, type LiveListener, type LiveSubscription } from '@orrery/application';
import { itemOf } from './live-item.js';
import type { LiveMetrics } from './live-metrics.js';

/** How soon an EventSource connects again, in milliseconds. */
const RETRY_MS = 1_000;
/** How long the last words may take, in milliseconds. */
const CLOSE_WITHIN_MS = 2_000;

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** What a stream needs of the process it is in. */
export interface EventStreamParts {
  readonly clock: Clock;
  readonly metrics?: LiveMetrics;
}

/** One subscriber over server-sent events. */
export class EventStream implements LiveListener {
  private subscription: LiveSubscription | undefined;
  private cancelHeartbeat = () => {};
  private isClosing = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly parts: EventStreamParts,
    private readonly onOver: () => void,
  ) {
    response.once('close', () => this.over());
  }

  /** Begins to tell. Its first words are how far it has come, so that a client has a cursor from then on. */
  begin(subscription: LiveSubscription): void {
    if (this.response.closed) return subscription.end();
    this.subscription = subscription;
    this.parts.metrics?.began('sse');
    // A proxy that gathered messages would hold them back.
    this.response.writeHead(200, { 'content-type': EVENT_STREAM_TYPE, 'x-accel-buffering': 'no' });
    this.response.write(`retry: ${RETRY_MS}\n\n`);
    this.response.on('drain', () => subscription.resume());
    this.beat();
    subscription.resume();
  }

  event(event: LiveEvent, cursor: string): boolean {
    this.parts.metrics?.told('sse');
    this.response.write(`id: ${cursor}\ndata: ${itemOf(event, cursor)}\n\n`);
    return this.hasRoom;
  }

  dropped(): void {
    this.parts.metrics?.wasDropped('sse');
    this.close('too-slow');
  }

  /** Ends it with a word on why, and where to come back. */
  close(reason: 'too-slow' | 'server-stops'): void {
    if (!this.subscription || this.isClosing) return;
    this.isClosing = true;
    this.subscription.end();
    this.say('closing', { reason });
    this.response.end();
    this.parts.clock.after(CLOSE_WITHIN_MS, () => this.response.destroy());
  }

  private get hasRoom(): boolean {
    return this.response.writableLength < LIVE_LIMITS.bufferedBytes;
  }

  private beat(): void {
    if (this.hasRoom) this.say('heartbeat', {});
    this.cancelHeartbeat = this.parts.clock.after(LIVE_LIMITS.heartbeatEveryMs, () => this.beat());
  }

  /** A message of a type of its own, which a page only hears if it asks for it; its id counts all the same. */
  private say(type: string, data: object): void {
    const { cursor } = this.subscription!;
    this.response.write(`event: ${type}\nid: ${cursor}\ndata: ${JSON.stringify({ cursor, ...data })}\n\n`);
  }

  private over(): void {
    this.cancelHeartbeat();
    this.subscription?.end();
    if (this.subscription) this.parts.metrics?.ended('sse');
    this.onOver();
  }
}
