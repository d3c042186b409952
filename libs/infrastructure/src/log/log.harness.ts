import { randomUUID } from 'node:crypto';
import {
  type Commit,
  type Cursor,
  GENESIS,
  type Log,
  type NewCommit,
  START,
  chainHash,
  keyOf,
  partitionOf,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type Namespace, type StreamId } from '@orrery/domain';

/** A transaction of somebody else, who writes past every lane. It holds its transaction id from the start. */
export interface ForeignTransaction {
  append(rows: readonly NewCommit[]): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A log under test, and what happens around it. */
export interface LogHarness {
  readonly log: Log;
  /** The log as another process has it. */
  another(): Promise<Log>;
  begin(): Promise<ForeignTransaction>;
  /** The reply to the next append is lost: after the commit, or before the statement arrives. */
  loseReply(when: 'after the commit' | 'before it arrives'): void;
  /** Waits until the log answers again. */
  recovered(): Promise<void>;
  /** Waits until everything that was committed is below the horizon: others may be writing in the same cluster. */
  settled(): Promise<void>;
  /** What a reader who trusts positions alone would read. */
  readByPosition(after: bigint): Promise<readonly Commit[]>;
  close(): Promise<void>;
}

export type OpenLog = () => Promise<LogHarness>;

export const PARTITIONS = 16;

export function streamId(): StreamId {
  return randomUUID() as StreamId;
}

export interface RowShape {
  readonly stream?: StreamId;
  readonly namespace?: Namespace;
  readonly firstVersion?: number;
  readonly events?: readonly object[];
  readonly previous?: Uint8Array;
}

/** A row as a lane would make it: one event, unless it is told otherwise. */
export function row(shape: RowShape = {}): NewCommit {
  const { stream = streamId(), namespace = DEFAULT_NAMESPACE, firstVersion = 1, previous = GENESIS } = shape;
  const events = shape.events ?? [{ type: 'ThingHappened', v: 1, at: firstVersion }];
  const commit = {
    namespace,
    stream,
    partition: partitionOf(stream, PARTITIONS),
    firstVersion,
    lastVersion: firstVersion + events.length - 1,
    events: JSON.stringify(events),
    metadata: JSON.stringify([{ n: events.length, at: 1_700_000_000_000 }]),
  };
  return { ...commit, hash: chainHash(previous, commit) };
}

/** Rows in the order that `append` asks for. */
export function inStreamOrder(rows: readonly NewCommit[]): NewCommit[] {
  return [...rows].sort((a, b) => (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0));
}

export function rows(count: number): NewCommit[] {
  return inStreamOrder(Array.from({ length: count }, () => row()));
}

/** Everything below the horizon after a cursor, page by page. */
export async function readAll(log: Log, after: Cursor = START, limit = 500): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (let cursor = after; ;) {
    const page = await log.read(cursor, limit);
    commits.push(...page.commits);
    cursor = page.next;
    if (!page.more) return commits;
  }
}

/** Everything there is, once the horizon has passed it. */
export async function everything({ log, settled }: LogHarness): Promise<Commit[]> {
  await settled();
  return readAll(log);
}

/** A commit as it was written, without what the log added. */
export function written({ cursor, recordedAt, ...rest }: Commit): NewCommit {
  if (cursor.position <= 0n || recordedAt <= 0) throw new Error('a commit without a place or a time');
  return { ...rest, hash: Uint8Array.from(rest.hash) };
}

export function keysOf(commits: readonly NewCommit[]): string[] {
  return commits.map((commit) => `${keyOf(commit)}@${commit.firstVersion}`);
}

/** Waits for a fact, and fails if it does not come about. */
export async function until(fact: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${fact}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
