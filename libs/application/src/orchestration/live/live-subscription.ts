import type { Namespace } from '@orrery/domain';
import type { FeedCursors, FeedPlace } from '../../kernel/feed.js';
import type { Clock } from '../../kernel/ports/clock.js';
import type { LiveEvent } from './live-events.js';
import type { LiveFilter } from './live-filter.js';
import { LIVE_LIMITS } from './live-limits.js';
import type { LiveLog } from './live-log.js';
import type { Rider } from './live-reader.js';

/** Who is told. */
export interface LiveListener {
  /**
   * Takes an event, and the cursor after it. Says whether there is room for another: if not, nothing more comes until the
   * subscription is resumed.
   */
  event(event: LiveEvent, cursor: string): boolean;
  /** There was no room for too long: it is over. The subscription's cursor says where to come back. */
  dropped(): void;
}

/** A subscription's place in one log. */
export interface Beginning {
  readonly name: string;
  readonly log: LiveLog;
  readonly place: FeedPlace;
}

/** What subscriptions share. */
export interface SubscriptionParts {
  readonly cursors: FeedCursors;
  readonly clock: Clock;
  /** It is over. */
  readonly onEnd: (subscription: LiveSubscription) => void;
}

interface Leg extends Rider {
  readonly name: string;
  readonly log: LiveLog;
}

/** What somebody listens for, from a place on: each event once, those of a run in their order. */
export class LiveSubscription {
  private readonly legs: readonly Leg[];
  private state: 'waiting' | 'told' | 'over' = 'waiting';
  private cancelDrop: (() => void) | undefined;

  constructor(
    readonly namespace: Namespace,
    readonly filter: LiveFilter,
    beginnings: readonly Beginning[],
    private readonly listener: LiveListener,
    private readonly parts: SubscriptionParts,
  ) {
    this.legs = beginnings.map(({ name, log, place }) => {
      const leg: Leg = { name, log, namespace, filter, at: place, take: (event) => this.take(leg, event) };
      return leg;
    });
  }

  /** Where to come back, and miss nothing: all up to there was told, or is not wanted. */
  get cursor(): string {
    return this.parts.cursors.write(new Map(this.legs.map((leg) => [leg.name, leg.log.placeOf(leg)])));
  }

  /** Begins, or goes on after there was no room. */
  resume(): void {
    if (this.state !== 'waiting') return;
    this.state = 'told';
    this.cancelDrop?.();
    for (const leg of this.legs) leg.log.board(leg);
  }

  /** Nothing more is wanted. */
  end(): void {
    if (this.state === 'over') return;
    this.wait();
    this.state = 'over';
    this.cancelDrop?.();
    this.parts.onEnd(this);
  }

  private take(leg: Leg, event: LiveEvent): void {
    leg.at = event.place;
    if (this.listener.event(event, this.cursor) || this.state !== 'told') return;
    this.wait();
    this.cancelDrop = this.parts.clock.after(LIVE_LIMITS.slowMs, () => {
      this.end();
      this.listener.dropped();
    });
  }

  private wait(): void {
    this.state = 'waiting';
    for (const leg of this.legs) leg.log.leave(leg);
  }
}
