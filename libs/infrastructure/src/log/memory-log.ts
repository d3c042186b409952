import {
  type Appended,
  type Commit,
  CommitUnknown,
  type Cursor,
  type Epoch,
  type Horizon,
  Log,
  type LogPage,
  type NewCommit,
  type Notice,
  type StreamKey,
  type StreamPlace,
  isAfter,
  keyOf,
} from '@orrery/application';
import { Invalid, Unavailable, parseStreamId } from '@orrery/domain';
import type { MemoryLogStore, MemoryTransaction } from './memory-log-store.js';

/** What may become of an append: its reply is lost after it committed, or before; or it is refused, and nothing was. */
export type AppendFault = 'lost-reply-committed' | 'lost-reply-lost' | 'unavailable';

const NONE: Appended = { transactionId: 0n, lastPosition: 0n, conflicts: new Set() };
const AHEAD_COMMITS = 200;

/**
 * The log in memory, one for each process that is simulated, all over one store. It keeps what the real one keeps:
 * versions are checked, transactions commit out of order and stay invisible until they do, and the horizon waits.
 */
export class MemoryLog extends Log {
  private readonly mine = new Set<MemoryTransaction>();
  private readonly faults: AppendFault[] = [];

  /** `settle` is waited for between writing and committing: where a simulation lets transactions overtake each other. */
  constructor(
    readonly store: MemoryLogStore,
    private readonly settle: () => Promise<void> = () => Promise.resolve(),
  ) {
    super();
  }

  /** What becomes of the next append. Called twice, of the next two. */
  failNext(fault: AppendFault): void {
    this.faults.push(fault);
  }

  /** A transaction of somebody else: until it ends it holds the horizon back. */
  begin(): MemoryTransaction {
    return this.store.begin();
  }

  /** The session ends, as when a process dies: what it had not committed is rolled back. */
  disconnect(): void {
    for (const transaction of this.mine) transaction.rollback();
    this.mine.clear();
  }

  override async append(rows: readonly NewCommit[]): Promise<Appended> {
    if (rows.length === 0) return NONE;
    const fault = this.faults.shift();
    if (fault === 'unavailable') throw new Unavailable('log.unreachable', 'the log cannot be reached');
    for (const row of rows) assertStorable(row);
    if (fault === 'lost-reply-lost') throw new CommitUnknown('the reply was lost');
    const transaction = this.store.begin();
    this.mine.add(transaction);
    const conflicts = await transaction.insert(rows);
    await this.settle();
    this.mine.delete(transaction);
    if (!transaction.isOpen) throw new CommitUnknown('the session ended');
    transaction.commit();
    if (fault === 'lost-reply-committed') throw new CommitUnknown('the reply was lost');
    const last = transaction.rows.at(-1);
    return last
      ? { transactionId: transaction.id, lastPosition: last.cursor.position, conflicts }
      : { ...NONE, conflicts };
  }

  override async readStreams(after: readonly StreamPlace[], limitOfEach?: number): Promise<readonly Commit[]> {
    const commits = after.flatMap((each) => {
      const later = this.store.stream(keyOf(each)).filter(({ lastVersion }) => lastVersion > each.version);
      return later.slice(0, limitOfEach);
    });
    return commits.sort(byStream);
  }

  override async readStream(key: StreamKey, version: number, limit: number): Promise<readonly Commit[]> {
    const commits = this.store.stream(keyOf(key)).filter(({ lastVersion }) => lastVersion > version);
    return commits.slice(0, limit);
  }

  override async read(cursor: Cursor, limit: number, partitions?: ReadonlySet<number>): Promise<LogPage> {
    const { committed, horizon } = this.store;
    const start = this.store.indexAfter(cursor);
    const looked = committed.slice(start, start + limit).filter((commit) => commit.cursor.transactionId < horizon);
    const beyond = committed[start + limit];
    return {
      commits: partitions ? looked.filter(({ partition }) => partitions.has(partition)) : looked,
      next: looked.at(-1)?.cursor ?? cursor,
      more: beyond !== undefined && beyond.cursor.transactionId < horizon,
    };
  }

  override async *readAhead(after: ReadonlyMap<number, Cursor>): AsyncGenerator<readonly Commit[]> {
    const commits = this.store.committed.filter(({ partition, cursor }) => {
      const from = after.get(partition);
      return from !== undefined && isAfter(cursor, from);
    });
    commits.sort(byStream);
    for (let start = 0; start < commits.length; start += AHEAD_COMMITS) {
      yield commits.slice(start, start + AHEAD_COMMITS);
    }
  }

  override async count(after: Cursor, upTo: Cursor): Promise<ReadonlyMap<number, number>> {
    const counts = new Map<number, number>();
    if (upTo.transactionId >= this.store.horizon) return counts;
    for (const { partition } of this.store.committed.slice(this.store.indexAfter(after), this.store.indexAfter(upTo))) {
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    return counts;
  }

  override async forgetAllButLast(keys: readonly StreamKey[]): Promise<void> {
    for (const key of keys) this.store.forgetAllButLast(keyOf(key));
  }

  override async horizon(): Promise<Horizon> {
    const { horizon, open, clock } = this.store;
    const oldest = open.get(horizon);
    return { transactionId: horizon, ageMs: oldest ? clock.now() - oldest.begunAt : 0 };
  }

  override async epoch(): Promise<Epoch> {
    return this.store.epoch;
  }

  override async announce(notices: readonly Notice[]): Promise<void> {
    const { clock, listeners } = this.store;
    clock.soon(() => {
      for (const notice of notices) for (const listener of [...listeners]) listener(notice);
    });
  }

  override async listen(onNotice: (notice: Notice) => void): Promise<() => Promise<void>> {
    const listener = (notice: Notice) => onNotice(notice);
    this.store.listeners.add(listener);
    return async () => void this.store.listeners.delete(listener);
  }
}

/** Refuses what PostgreSQL would refuse, and with it the whole statement. */
function assertStorable({ namespace, stream, events, metadata }: NewCommit): void {
  if (parseStreamId(stream) !== stream) throw new Invalid('log.stream-id', `not a UUID: ${stream}`);
  if (namespace.includes('\0')) throw new Invalid('log.unstorable', 'a text with NUL cannot be stored');
  for (const text of [events, metadata]) {
    try {
      JSON.parse(text);
    } catch (cause) {
      throw Object.assign(new Invalid('log.unstorable', 'what is no JSON cannot be stored'), { cause });
    }
  }
}

function byStream(a: Commit, b: Commit): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.firstVersion - b.firstVersion;
}
