import { Unavailable } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type FeedCursor, FeedCursors, type FeedPlace, cursorInvalid, logsOf } from '../../kernel/feed.js';
import type { Authorize } from '../../kernel/ports/authorize.js';
import type { Clock } from '../../kernel/ports/clock.js';
import { type Log, START } from '../../kernel/ports/log.js';
import { PositionTokens } from '../../kernel/position-token.js';
import type { Plans } from '../plans.js';
import { KnownRuns } from './known-runs.js';
import type { LiveFilter } from './live-filter.js';
import { LIVE_LIMITS } from './live-limits.js';
import { LiveLog } from './live-log.js';
import { type Beginning, type LiveListener, LiveSubscription } from './live-subscription.js';
import { Turns } from './turns.js';

/** What the feed is made of. */
export interface LiveFeedParts {
  readonly log: Log;
  readonly plans: Plans;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** Somebody listens, also for what other processes commit. */
  readonly listen: () => void;
  /** Resolves when others have had their turn. */
  readonly turn: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** What somebody asks to be told, and who is told. */
export interface LiveRequest {
  readonly context: Context;
  readonly filter: LiveFilter;
  /** A cursor that was told before, or `start` for all that there is; from now on, if it is missing. */
  readonly after?: string;
  readonly listener: LiveListener;
}

/** Stands for where everything begins. */
const FROM_THE_START = 'start';
/** How many readers behind the head read at once. */
const CATCHING_UP_AT_ONCE = 4;

interface NamedLog {
  readonly name: string;
  readonly log: LiveLog;
}

/** What is made when somebody listens for the first time. */
interface Opened {
  readonly cursors: FeedCursors;
  readonly logs: readonly NamedLog[];
}

/**
 * Tells every event to everyone in this process who wants it: one feed behind all faces. It reads the log, which is the
 * truth for all processes, while anybody listens; hints only say when to look.
 */
export class LiveFeed {
  private readonly subscriptions = new Set<LiveSubscription>();
  private beginning = 0;
  private opening: Promise<Opened> | undefined;
  private opened: Opened | undefined;

  constructor(private readonly parts: LiveFeedParts) {}

  /** How many listen. */
  get size(): number {
    return this.subscriptions.size;
  }

  /**
   * Subscribes. It tells nothing before it is resumed for the first time, and from then on misses nothing. Throws
   * `Invalid` for what is no cursor, `Gone` for one of another database cluster, `Unavailable` where too many listen.
   */
  async subscribe({ context, filter, after, listener }: LiveRequest): Promise<LiveSubscription> {
    const { authorize, clock } = this.parts;
    authorize.check(context.actor, context.namespace, 'FollowEvents');
    if (this.size + this.beginning >= LIVE_LIMITS.subscriptions) throw tooMany();
    this.beginning++;
    try {
      const { cursors, logs } = await this.open();
      const from = after === undefined || after === FROM_THE_START ? after : cursors.read(after);
      const beginnings = await this.enter(logs, from);
      const onEnd = (ended: LiveSubscription) => this.ended(ended);
      const parts = { cursors, clock, onEnd };
      const subscription = new LiveSubscription(context.namespace, filter, beginnings, listener, parts);
      this.subscriptions.add(subscription);
      return subscription;
    } finally {
      this.beginning--;
    }
  }

  /** Something was committed: a hint. */
  poke(): void {
    if (this.subscriptions.size > 0) for (const { log } of this.opened!.logs) log.poke();
  }

  /** Ends every subscription, and resolves when nothing is read any more. */
  async stop(): Promise<void> {
    for (const subscription of [...this.subscriptions]) subscription.end();
    await Promise.all(this.opened?.logs.map(({ log }) => log.idle()) ?? []);
  }

  private async open(): Promise<Opened> {
    this.parts.listen();
    this.opening ??= this.make();
    try {
      return (this.opened = await this.opening);
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  private async make(): Promise<Opened> {
    const { log, plans, clock, turn, onError } = this.parts;
    const [tokens, epoch] = await Promise.all([PositionTokens.of(log), log.epoch()]);
    const turns = new Turns(CATCHING_UP_AT_ONCE);
    const parts = { tokens, plans, clock, turn, turns, onError, runs: new KnownRuns(log) };
    const logs = logsOf(log).map((each) => ({ name: each.name, log: new LiveLog(each.log, parts) }));
    return { cursors: new FeedCursors(epoch), logs };
  }

  /** Whoever subscribes is counted in every log, until the subscription ends. */
  private async enter(
    logs: readonly NamedLog[],
    from: FeedCursor | 'start' | undefined,
  ): Promise<readonly Beginning[]> {
    const beginnings: Beginning[] = [];
    const entered: LiveLog[] = [];
    try {
      for (const { name, log } of logs) {
        await log.enter();
        entered.push(log);
        beginnings.push({ name, log, place: await placeIn(log, name, from) });
      }
      return beginnings;
    } catch (error) {
      for (const log of entered) log.exit();
      throw error;
    }
  }

  private ended(subscription: LiveSubscription): void {
    if (!this.subscriptions.delete(subscription)) return;
    for (const { log } of this.opened!.logs) log.exit();
  }
}

/** Where to begin in one log: one that a cursor does not name came later than the cursor. */
async function placeIn(log: LiveLog, name: string, from: FeedCursor | 'start' | undefined): Promise<FeedPlace> {
  if (from === undefined) return log.now();
  const place = from === FROM_THE_START ? START : (from.get(name) ?? START);
  if (await log.isYetToCome(place)) throw cursorInvalid();
  return place;
}

function tooMany(): Unavailable {
  const { subscriptions } = LIVE_LIMITS;
  return new Unavailable('live.too-many', `more than ${subscriptions} listen to this process (liveSubscriptions)`);
}
