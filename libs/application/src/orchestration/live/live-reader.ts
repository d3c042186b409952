import { type FeedPlace, isPast } from '../../kernel/feed.js';
import { keyOf } from '../../kernel/ports/log.js';
import type { PositionTokens } from '../../kernel/position-token.js';
import type { Plans } from '../plans.js';
import type { KnownRuns } from './known-runs.js';
import type { LiveEvent } from './live-events.js';
import type { LiveCommit, RecentPages } from './recent-pages.js';
import { type Indexed, SubscriptionIndex } from './subscription-index.js';

/** After so many commits it lets others have their turn. */
const COMMITS_PER_TURN = 50;

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
    private readonly pages: RecentPages,
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
      const { commits, next, more } = await this.pages.read(this.place);
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

  private async tell(commits: readonly LiveCommit[]): Promise<void> {
    const wanted = commits.filter(
      ({ commit, isOfRun }) => !isOfRun || this.index.mayWant(commit.namespace, commit.stream),
    );
    await this.prepare(wanted.filter(({ subject }) => !subject));
    let read = 0;
    for (const each of wanted) {
      if (++read % COMMITS_PER_TURN === 0) await this.parts.turn();
      this.tellOne(each);
    }
  }

  /** Finds out what these commits are of: it is read for all of them together. */
  private async prepare(commits: readonly LiveCommit[]): Promise<void> {
    const { runs, plans } = this.parts;
    const origins = await runs.originsOf(commits.flatMap(({ commit, isOfRun }) => (isOfRun ? [commit] : [])));
    for (const each of commits) {
      const origin = each.isOfRun ? origins.get(keyOf(each.commit)) : undefined;
      const plan = origin && plans.get(each.commit.namespace, origin.hash);
      each.learn(origin, plan instanceof Promise ? await plan : plan);
    }
  }

  private tellOne(commit: LiveCommit): void {
    const wanting = this.index.wanting(commit.subject!);
    if (wanting.length === 0) return;
    for (const event of commit.events(this.parts.tokens)) {
      for (const rider of wanting) {
        const { types } = rider.filter;
        if (types && !types.has(event.details.type)) continue;
        if (this.index.has(rider) && isPast(event.place, rider.at)) rider.take(event);
      }
    }
  }
}
