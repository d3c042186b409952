import type { FollowedCommit, Follower, Move } from '../../kernel/follow.js';
import type { ChildRuns } from '../child-runs.js';
import type { Cursor } from '../../kernel/ports/log.js';

/** How many transactions of our own are remembered: what is forgotten is looked at as if it were another's. */
const TRANSACTIONS_MAX = 100_000;

/**
 * Reads over the shoulder of the views' follower: a commit that this process does not know as its own is told to the
 * engine. A notice of it is quicker, but may be lost; and nobody sends one for a commit whose reply was lost.
 */
export class WatchForeignCommits implements Follower {
  readonly name: string;
  readonly upcasters: Follower['upcasters'];
  private readonly own = new Set<bigint>();
  /** Set by the engine: resolves when it has acted on the commit; false where that is another owner's by now. */
  onForeign: (commit: FollowedCommit) => Promise<boolean> = () => Promise.resolve(true);

  constructor(
    private readonly views: Follower,
    private readonly children: ChildRuns,
  ) {
    this.name = views.name;
    this.upcasters = views.upcasters;
  }

  /** This process committed there, and has acted on it. */
  committed({ transactionId }: Cursor): void {
    this.own.add(transactionId);
    if (this.own.size > TRANSACTIONS_MAX) for (const oldest of this.own) return void this.own.delete(oldest);
  }

  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    const foreign = commits.filter(({ cursor }) => !this.own.has(cursor.transactionId));
    const acted = await Promise.all(foreign.map((commit) => this.onForeign(commit)));
    // What a checkpoint has passed no owner looks at again, so that nothing may be left to be done or said of it.
    if (!acted.every(Boolean)) return false;
    await this.children.idle();
    const written = await this.views.handle(commits, moves);
    const last = commits.at(-1)?.cursor.transactionId;
    if (written && last !== undefined) for (const id of this.own) if (id < last) this.own.delete(id);
    return written;
  }
}
