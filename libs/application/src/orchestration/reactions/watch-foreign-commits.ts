import type { FollowedCommit, Follower, Move } from '../../kernel/follow.js';
import type { ChildRuns } from '../child-runs.js';
import type { Cursor } from '../../kernel/ports/log.js';
import { isOfDefinition } from '../definition-streams.js';

/** How many transactions of our own are remembered: what is forgotten is looked at as if it were another's. */
const TRANSACTIONS_MAX = 100_000;

/**
 * Reads over the shoulder of the views' follower: a commit that this process does not know as its own is told to the
 * engine. A notice of it is quicker, but may be lost; and nobody sends one for a commit whose reply was lost.
 */
export class WatchForeignCommits implements Follower {
  readonly name: string;
  private readonly own = new Set<bigint>();
  /** Set by the engine. */
  onForeign: (commit: FollowedCommit) => void = () => undefined;

  constructor(
    private readonly views: Follower,
    private readonly children: ChildRuns,
  ) {
    this.name = views.name;
  }

  /** This process committed there, and has acted on it. */
  committed({ transactionId }: Cursor): void {
    this.own.add(transactionId);
    if (this.own.size > TRANSACTIONS_MAX) for (const oldest of this.own) return void this.own.delete(oldest);
  }

  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    for (const commit of commits) {
      if (!this.own.has(commit.cursor.transactionId) && !isOfDefinition(commit)) this.onForeign(commit);
    }
    // What a checkpoint has passed no owner looks at again, so that nothing may be left to be said of it.
    await this.children.idle();
    const written = await this.views.handle(commits, moves);
    const last = commits.at(-1)?.cursor.transactionId;
    if (written && last !== undefined) for (const id of this.own) if (id < last) this.own.delete(id);
    return written;
  }
}
