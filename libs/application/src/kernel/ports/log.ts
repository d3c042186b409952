import type { Namespace, StreamId } from '@orrery/domain';
import { named } from '../named.js';

/** Where a stream stands. Two namespaces may hold the same id and never meet. */
export interface StreamKey {
  readonly namespace: Namespace;
  readonly stream: StreamId;
}

/** How far a stream was read: to this version, 0 before its first event. */
export interface StreamPlace extends StreamKey {
  readonly version: number;
}

/** What one stream decided since its last commit: one row. `events` and `metadata` are JSON arrays as text. */
export interface NewCommit extends StreamKey {
  readonly partition: number;
  readonly firstVersion: number;
  readonly lastVersion: number;
  readonly events: string;
  readonly metadata: string;
  /** The hash of this row, chained to the stream's row before it (see `chainHash`): 32 bytes. */
  readonly hash: Uint8Array;
  /** It begins its stream, which may have been begun before, and even be forgotten since: then it conflicts, too. */
  readonly begins?: boolean;
}

/** A row of the log as it was read. */
export interface Commit extends Omit<NewCommit, 'begins'> {
  readonly cursor: Cursor;
  /** Milliseconds since the epoch, by the log's own clock. */
  readonly recordedAt: number;
}

/**
 * A place in the log: `(transaction id, position)`. Transactions commit out of order, so position alone is no order to
 * read by; below the horizon this pair is.
 */
export interface Cursor {
  readonly transactionId: bigint;
  readonly position: bigint;
}

/** Whether one place in the log comes after another. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  return a.transactionId === b.transactionId ? a.position > b.position : a.transactionId > b.transactionId;
}

export const START: Cursor = { transactionId: 0n, position: 0n };

/** What became of a statement: where its rows stand, and the streams whose row was not taken. */
export interface Appended {
  readonly transactionId: bigint;
  /** The last position of the rows that were taken; every one of them stands at or before it. 0 if none was. */
  readonly lastPosition: bigint;
  /** The keys (see `keyOf`) of the streams that conflicted: none of their events is in the log. */
  readonly conflicts: ReadonlySet<string>;
}

/** A stretch of the log in its own order. */
export interface LogPage {
  readonly commits: readonly Commit[];
  /** Where to go on: the last commit looked at, asked for or not, or else the cursor that was asked with. */
  readonly next: Cursor;
  /** More stood below the horizon than the limit let through. */
  readonly more: boolean;
}

/** The transaction id below which nothing can appear any more, and how long the oldest open one holds it back. */
export interface Horizon {
  readonly transactionId: bigint;
  readonly ageMs: number;
}

/** Which cluster's transaction ids these are: they start again in a new one. */
export interface Epoch {
  readonly systemIdentifier: string;
  readonly timeline: number;
}

/** A foreign commit was announced: a hint, which may be lost or come twice. */
export interface Notice extends StreamKey {
  readonly partition: number;
  readonly lastVersion: number;
}

/** How new an answer must be, as far as whoever asks can tell. */
export interface Known {
  /** The stream has come to this version. Infinity asks for all that there is. */
  readonly version: number;
  /** This transaction, and every one before it, has ended. */
  readonly transactionId: bigint;
}

export const NOTHING_KNOWN: Known = { version: 0, transactionId: 0n };
/** Only all that there is will do. */
export const NEWEST: Known = { version: Infinity, transactionId: 0n };

/** What two know together. */
export function knownToBoth(one: Known, other: Known): Known {
  const { version, transactionId } = other;
  return {
    version: Math.max(one.version, version),
    transactionId: one.transactionId > transactionId ? one.transactionId : transactionId,
  };
}

/** A place in a stream that is read on from, and how new what is read must be. */
export type KnownPlace = StreamPlace & { readonly known: Known };

/**
 * Where streams are read by whoever asks and decides nothing: the log, which has everything, or copies that may be
 * behind it. An answer lacks nothing of what is known; of what is not, it may.
 */
export abstract class StreamReader {
  /** A page of one stream's commits that hold events after `version`, oldest first. */
  abstract readStream(key: StreamKey, version: number, limit: number, known: Known): Promise<readonly Commit[]>;

  /** The same of many streams together: the commits of each in their order, so many of each at most. */
  abstract readStreams(after: readonly KnownPlace[], limitOfEach: number): Promise<readonly Commit[]>;
}

/** One of several databases that have the partitions of an installation between them. */
export interface Shard {
  readonly name: string;
  readonly partitions: ReadonlySet<number>;
  readonly log: Log;
}

/**
 * The log: every event of every stream, appended and never changed. Only what was deleted is removed, but for its end. The unique key `(namespace, stream, first version)`
 * is the only judge of who was first.
 */
export abstract class Log {
  /** The logs that it is made of, where several databases have its partitions. Each has an order, and all of them none. */
  readonly shards?: readonly Shard[];

  /**
   * Appends these rows, at most one a stream, in one transaction. A stream that has a row at that first version already
   * conflicts, whole, and so does one that has any row where this one `begins` it; the other rows stand. Rows come in
   * stream order, so that two lanes never wait for each other in a ring. Throws `Unavailable` when nothing was written,
   * `CommitUnknown` when the reply was lost: the rows may stand or not, and may even come to stand a moment later; the
   * next append to such a stream decides it.
   */
  abstract append(rows: readonly NewCommit[]): Promise<Appended>;

  /**
   * The commits of these streams after the given versions (0: from the start), by stream and version: all visible ones, or
   * of each stream so many at most. One statement reads them, however many streams there are.
   */
  abstract readStreams(after: readonly StreamPlace[], limitOfEach?: number): Promise<readonly Commit[]>;

  /** A page of one stream's commits that hold events after `version`, oldest first. */
  abstract readStream(key: StreamKey, version: number, limit: number): Promise<readonly Commit[]>;

  /**
   * A page of the log after `cursor`, in log order, below the horizon, of these partitions (all, if not given). It
   * looks at `limit` commits at most, and may hold fewer when they are large or in other partitions.
   */
  abstract read(cursor: Cursor, limit: number, partitions?: ReadonlySet<number>): Promise<LogPage>;

  /**
   * Every visible commit after the cursor of its partition, horizon or not, in order of stream and version: for
   * take-over, where nothing urgent may wait. Commits past the horizon may be incomplete and come again by `read`.
   */
  abstract readAhead(after: ReadonlyMap<number, Cursor>): AsyncIterable<readonly Commit[]>;

  /**
   * How many commits of each partition stand after one cursor and at or before another; a partition without any is
   * missing, and all are while the horizon has not passed the second. So it is final: it tells whether rows that were
   * handed over are all there are.
   */
  abstract count(after: Cursor, upTo: Cursor): Promise<ReadonlyMap<number, number>>;

  /** Removes all rows of these streams but the last of each: of one stream all of them, or none. */
  abstract forgetAllButLast(keys: readonly StreamKey[]): Promise<void>;

  abstract horizon(): Promise<Horizon>;

  abstract epoch(): Promise<Epoch>;

  /** Tells the owner of a partition that these rows, which are not its own, were committed. */
  abstract announce(notices: readonly Notice[]): Promise<void>;

  /** Calls back for announced commits until the returned function is called. */
  abstract listen(onNotice: (notice: Notice) => void): Promise<() => Promise<void>>;
}

/** The reply to an append was lost. Whether its rows stand is told by the next read, and by nothing else. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** Commits by the key of their stream, in the order in which they came. */
export function commitsByStream(commits: readonly Commit[]): ReadonlyMap<string, readonly Commit[]> {
  const streams = new Map<string, Commit[]>();
  for (const commit of commits) {
    const known = streams.get(keyOf(commit));
    if (known) known.push(commit);
    else streams.set(keyOf(commit), [commit]);
  }
  return streams;
}

/** The key of a stream in a map. */
export function keyOf({ namespace, stream }: StreamKey): string {
  return named(namespace, stream);
}
