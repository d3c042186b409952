import type { Recorded } from '@orrery/domain';
import type { Aggregate } from './aggregate.js';
import type { FollowedCommit } from './follow.js';
import type { CommittedRow } from './handle.js';
import { type Cursor, isAfter } from './ports/log.js';
import { commandsFrom } from './recorded-commit.js';

/** More commits than these are not kept, if it is not said: whoever is so far behind reads the log. */
const COMMITS_MAX = 50_000;

/** A stream of which something has just committed. */
type Committed = Pick<Aggregate, 'key' | 'partition' | 'cursor'>;

/** What one statement of this process committed, and where the last row of it stands. */
interface Batch {
  readonly cursor: Cursor;
  readonly commits: FollowedCommit[];
}

/** Commits of this process, and where the last of them stands. */
export interface Handed {
  readonly commits: readonly FollowedCommit[];
  readonly upTo: Cursor;
}

/**
 * The commits of this process that its follower has not come to yet, so that what was just written need not be read
 * again. It may lack some, or all: the follower counts before it believes that these are all there are.
 */
export class HandedOver {
  private batches: Batch[] = [];
  private size = 0;

  constructor(private readonly most = COMMITS_MAX) {}

  /** A stream of an owned partition committed these events, where it stands now; and what the log has of their commands. */
  add({ key, partition, cursor }: Committed, events: readonly Recorded[], { entriesText }: CommittedRow): void {
    if (this.size >= this.most) this.clear();
    let batch = this.batches.at(-1);
    if (batch?.cursor.transactionId !== cursor.transactionId) this.batches.push((batch = { cursor, commits: [] }));
    const { namespace, stream } = key;
    const [firstVersion, lastVersion] = [events[0]!.version, events.at(-1)!.version];
    const recorded = () => events;
    const commands = () => commandsFrom(events, entriesText);
    batch.commits.push({ namespace, stream, partition, firstVersion, lastVersion, cursor, recorded, commands });
    this.size += 1;
  }

  /** What there is after a cursor and below a transaction, at most so many commits; nothing if there is none. */
  after(cursor: Cursor, limit: number, below?: bigint): Handed | undefined {
    this.dropUpTo(cursor);
    const commits: FollowedCommit[] = [];
    let upTo: Cursor | undefined;
    for (const batch of this.batches) {
      if (upTo && commits.length + batch.commits.length > limit) break;
      if (below !== undefined && batch.cursor.transactionId >= below) break;
      commits.push(...batch.commits);
      upTo = batch.cursor;
    }
    return upTo && { commits, upTo };
  }

  private dropUpTo(cursor: Cursor): void {
    const left = this.batches.findIndex((batch) => isAfter(batch.cursor, cursor));
    const dropped = this.batches.splice(0, left < 0 ? this.batches.length : left);
    for (const { commits } of dropped) this.size -= commits.length;
  }

  private clear(): void {
    this.batches = [];
    this.size = 0;
  }
}
