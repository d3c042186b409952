import type { Plan } from '@orrery/domain';
import { type FeedPlace, isPast, readableAfter } from '../../kernel/feed.js';
import type { FollowedCommit } from '../../kernel/follow.js';
import { type Commit, type Log, keyOf } from '../../kernel/ports/log.js';
import type { PositionTokens } from '../../kernel/position-token.js';
import type { Plans } from '../plans.js';
import { followed } from '../recorded-events.js';
import { isTextOfRun } from '../stream-kinds.js';
import type { KnownRuns, RunOrigin } from './known-runs.js';
import { type LiveEvent, liveEvents, subjectOf } from './live-events.js';
import { type Indexed, SubscriptionIndex } from './subscription-index.js';

/** How many commits a page has at most. */
const COMMITS_PER_PAGE = 500;
/** After so many commits it lets others have their turn. */
const COMMITS_PER_TURN = 20;

/** What one subscription has of one log. */
export interface Rider extends Indexed {
  /** How far it was told. */
  at: FeedPlace;
  /** Takes an event that it wants. It may leave its reader there and then. */
  take(event: LiveEvent): void;
}

/** What events are made with. */
export interface ReaderParts {
  readonly runs: KnownRuns;
  readonly plans: Plans;
  readonly tokens: PositionTokens;
  /** Resolves when others have had their turn. */
  readonly turn: () => Promise<void>;
}

/** A commit of a page, with what its run began with. */
interface Prepared {
  readonly commit: FollowedCommit;
  readonly isOfRun: boolean;
  readonly origin?: RunOrigin;
  readonly plan?: Plan;
}

/**
 * Reads one log from a place on, and tells everybody aboard what he wants of it. People come aboard between two pages, if
 * what they were told last is not behind it; they leave whenever they like.
 */
export class LiveReader {
  private readonly index = new SubscriptionIndex<Rider>();
  private readonly waiting = new Set<Rider>();
  private isReading = false;
  private whenAtRest: (() => void)[] = [];
  /** All up to there was told. */
  private toldUpTo: FeedPlace;

  constructor(
    private readonly log: Pick<Log, 'read'>,
    place: FeedPlace,
    private readonly parts: ReaderParts,
    /** It has gone on from where this one wants to go on. */
    private readonly onMissed: (rider: Rider) => void,
  ) {
    this.toldUpTo = place;
  }

  get place(): FeedPlace {
    return this.toldUpTo;
  }

  /** Whether there is nobody to read for. */
  get isEmpty(): boolean {
    return this.index.size === 0 && this.waiting.size === 0;
  }

  /** Goes back to a place before its own. Who is aboard was told more, and hears nothing twice. */
  backTo(place: FeedPlace): void {
    if (isPast(this.place, place)) this.toldUpTo = place;
  }

  /** Resolves when it is between two pages. */
  async atRest(): Promise<void> {
    if (this.isReading) await new Promise<void>((resolve) => this.whenAtRest.push(resolve));
  }

  /** Takes somebody along, now or after the page that it is at. */
  board(rider: Rider): void {
    this.waiting.add(rider);
    if (!this.isReading) this.letAboard();
  }

  leave(rider: Rider): void {
    this.waiting.delete(rider);
    if (!this.index.has(rider)) return;
    this.index.delete(rider);
    rider.at = this.placeOf(rider);
  }

  /** Everybody leaves. */
  leaveAll(): readonly Rider[] {
    const riders = [...this.index.values(), ...this.waiting];
    for (const rider of riders) this.leave(rider);
    return riders;
  }

  /** How far somebody aboard was told, or was passed by what he does not want. */
  placeOf({ at }: Rider): FeedPlace {
    return isPast(this.place, at) ? this.place : at;
  }

  /** Tells one page; says whether it moved, and whether there is more to be read at once. */
  async step(): Promise<{ readonly moved: boolean; readonly more: boolean }> {
    this.isReading = true;
    try {
      const { commits, next, more } = await this.log.read(readableAfter(this.place), COMMITS_PER_PAGE);
      if (this.index.size > 0) await this.tell(commits);
      // What was told of the last page in part may be gone, and the place before it is behind us.
      if (isPast(next, this.place)) this.toldUpTo = next;
      return { moved: commits.length > 0, more };
    } finally {
      this.isReading = false;
      this.letAboard();
      for (const resolve of this.whenAtRest.splice(0)) resolve();
    }
  }

  private letAboard(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const rider of waiting) {
      if (isPast(this.place, rider.at)) this.onMissed(rider);
      else this.index.add(rider);
    }
  }

  private async tell(commits: readonly Commit[]): Promise<void> {
    let read = 0;
    for (const prepared of await this.prepare(commits)) {
      if (++read % COMMITS_PER_TURN === 0) await this.parts.turn();
      this.tellOne(prepared);
    }
  }

  /** The commits that somebody may want; what they are of is read for all of them together. */
  private async prepare(commits: readonly Commit[]): Promise<readonly Prepared[]> {
    const { runs, plans } = this.parts;
    const those = commits
      .map((commit) => ({ commit: followed(commit), isOfRun: isTextOfRun(commit) }))
      .filter(({ commit, isOfRun }) => !isOfRun || this.index.mayWant(commit.namespace, commit.stream));
    const origins = await runs.originsOf(those.flatMap(({ commit, isOfRun }) => (isOfRun ? [commit] : [])));
    const prepared: Prepared[] = [];
    for (const { commit, isOfRun } of those) {
      const origin = isOfRun ? origins.get(keyOf(commit)) : undefined;
      const plan = origin && plans.get(commit.namespace, origin.hash);
      prepared.push({ commit, isOfRun, origin, plan: plan instanceof Promise ? await plan : plan });
    }
    return prepared;
  }

  private tellOne({ commit, isOfRun, origin, plan }: Prepared): void {
    const subject = subjectOf(commit, isOfRun, origin);
    const wanting = this.index.wanting(subject);
    if (wanting.length === 0) return;
    for (const event of liveEvents({ commit, subject, plan }, this.parts.tokens)) {
      for (const rider of wanting) {
        const { types } = rider.filter;
        if (types && !types.has(event.details.type)) continue;
        if (this.index.has(rider) && isPast(event.place, rider.at)) rider.take(event);
      }
    }
  }
}
