import type { Plan } from '@orrery/domain';
import { type FeedPlace, readableAfter } from '../../kernel/feed.js';
import type { FollowedCommit } from '../../kernel/follow.js';
import { type Commit, type Cursor, type Log, isAfter } from '../../kernel/ports/log.js';
import type { PositionTokens } from '../../kernel/position-token.js';
import { followed } from '../recorded-events.js';
import { isTextOfRun } from '../stream-kinds.js';
import type { RunOrigin } from './known-runs.js';
import { type LiveEvent, liveEvents, subjectOf } from './live-events.js';
import type { LiveSubject } from './live-filter.js';

/** How many commits a page has at most. */
const COMMITS_PER_PAGE = 500;
/** How much is kept of what was read: commits, and the characters of their texts. */
const COMMITS_KEPT = 5_000;
const CHARACTERS_KEPT = 8 * 1_048_576;

/** A commit that was read. What it is of is found out when somebody may want it, and its events are shown once. */
export class LiveCommit {
  readonly commit: FollowedCommit;
  readonly isOfRun: boolean;
  readonly characters: number;
  private about: { readonly subject: LiveSubject; readonly plan?: Plan } | undefined;
  private shown: readonly LiveEvent[] | undefined;

  constructor(read: Commit) {
    this.commit = followed(read);
    this.isOfRun = isTextOfRun(read);
    this.characters = read.events.length + read.metadata.length;
  }

  /** What it is about; undefined until that was found out. */
  get subject(): LiveSubject | undefined {
    return this.about?.subject;
  }

  /** What there is to know of its run; of what is no run's there is nothing. */
  learn(origin: RunOrigin | undefined, plan: Plan | undefined): void {
    this.about ??= { subject: subjectOf(this.commit, this.isOfRun, origin), plan };
  }

  events(tokens: PositionTokens): readonly LiveEvent[] {
    return (this.shown ??= liveEvents({ commit: this.commit, ...this.about! }, tokens));
  }
}

/** A stretch of the log: all that stands after one place, up to another. */
export interface LivePage {
  readonly commits: readonly LiveCommit[];
  readonly next: Cursor;
  /** There may be more at once. */
  readonly more: boolean;
}

interface KeptPage extends LivePage {
  readonly after: Cursor;
}

/**
 * Reads pages of a log, and keeps the last of them: below the horizon nothing is added, so that whoever comes back from
 * near by, and with him all those who lost the same connection, need not read them again.
 */
export class RecentPages {
  private readonly kept: KeptPage[] = [];
  private commits = 0;
  private characters = 0;

  constructor(private readonly log: Pick<Log, 'read'>) {}

  async read(place: FeedPlace): Promise<LivePage> {
    const after = readableAfter(place);
    const known = this.kept.findLast((page) => !isAfter(page.after, after) && isAfter(page.next, after));
    if (known) {
      const commits = known.commits.filter(({ commit }) => isAfter(commit.cursor, after));
      return { commits, next: known.next, more: true };
    }
    const { commits, next, more } = await this.log.read(after, COMMITS_PER_PAGE);
    const page = { after, commits: commits.map((each) => new LiveCommit(each)), next, more };
    if (commits.length > 0) this.keep(page);
    return page;
  }

  clear(): void {
    this.kept.length = this.commits = this.characters = 0;
  }

  private keep(page: KeptPage): void {
    this.kept.push(page);
    this.count(page, 1);
    while (this.commits > COMMITS_KEPT || this.characters > CHARACTERS_KEPT) this.count(this.kept.shift()!, -1);
  }

  private count({ commits }: LivePage, sign: 1 | -1): void {
    this.commits += sign * commits.length;
    for (const { characters } of commits) this.characters += sign * characters;
  }
}
