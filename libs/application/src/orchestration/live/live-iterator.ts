import { Unavailable } from '@orrery/domain';
import type { LiveEvent } from './live-events.js';
import type { LiveListener, LiveSubscription } from './live-subscription.js';

/** An event of the feed, and where to go on after it. */
export interface LiveItem {
  readonly event: LiveEvent;
  readonly cursor: string;
}

/** So many events wait for a reader; then nothing more is told until it has taken half of them. */
const WAITING_MAX = 100;

/** The events of a subscription, one at a time, for as long as they are asked for. */
export class LiveIterator implements AsyncIterableIterator<LiveItem>, LiveListener {
  private readonly waiting: LiveItem[] = [];
  private subscription: LiveSubscription | undefined;
  private taken = '';
  private ended: Error | 'well' | undefined;
  private wake: () => void = () => undefined;

  /** Where to come back after what was taken, and miss nothing. */
  get cursor(): string {
    return this.waiting.length > 0 ? this.taken : this.subscription!.cursor;
  }

  /** Begins to be told. */
  begin(subscription: LiveSubscription): this {
    this.subscription = subscription;
    this.taken = subscription.cursor;
    subscription.resume();
    return this;
  }

  event(event: LiveEvent, cursor: string): boolean {
    this.waiting.push({ event, cursor });
    this.wake();
    return this.waiting.length < WAITING_MAX;
  }

  dropped(): void {
    const { cursor } = this.subscription!;
    const words = 'events were not read for too long: come back with the last cursor';
    this.end(new Unavailable('live.too-slow', words, undefined, { cursor }));
  }

  async next(): Promise<IteratorResult<LiveItem>> {
    while (this.waiting.length === 0 && this.ended === undefined) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const item = this.waiting.shift();
    if (item) {
      this.taken = item.cursor;
      if (this.waiting.length <= WAITING_MAX / 2) this.subscription?.resume();
      return { done: false, value: item };
    }
    if (this.ended instanceof Error) throw this.ended;
    return { done: true, value: undefined };
  }

  /** Nobody reads it any more. */
  return(): Promise<IteratorResult<LiveItem>> {
    this.waiting.length = 0;
    this.end('well');
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private end(how: Error | 'well'): void {
    this.ended ??= how;
    this.subscription?.end();
    this.wake();
  }
}
