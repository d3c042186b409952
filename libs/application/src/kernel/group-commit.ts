import type { Aggregate, Row } from './aggregate.js';
import { chainHash } from './chain.js';
import type { Clock } from './ports/clock.js';
import { type Appended, type Cursor, type Log, type NewCommit, keyOf } from './ports/log.js';

/** A row closes at so many commands or characters, a statement at so many rows or characters. */
export const ROW_COMMANDS_MAX = 1_000;
export const ROW_SIZE_MAX = 4 * 1_048_576;
const STATEMENT_ROWS_MAX = 2_000;
const STATEMENT_SIZE_MAX = 16 * 1_048_576;

/** Why a row was refused: memory was not what the log has. Any other cause is an error, and passes or does not. */
export const STALE = Symbol('stale');

/** What the lane tells of the rows that it sent. */
export interface LaneListener {
  committed(aggregate: Aggregate, row: Row, cursor: Cursor): void;
  /** Their rows are not in the log, or nobody knows: everything decided on them must be decided again. */
  refused(aggregates: readonly Aggregate[], cause: unknown): void;
}

/**
 * Group commit, in one lane: while one statement is in flight the next one gathers, one row a stream. No timer and no
 * delay: the commit in flight is the batching window, and an idle lane sends as soon as what runs now is done.
 */
export class GroupCommit {
  /** The streams whose rows gather, each once. */
  private dirty: Aggregate[] = [];
  private busy = false;
  private scheduled = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly listener: LaneListener,
  ) {}

  /** This stream has begun a row, which wants to be sent. */
  add(aggregate: Aggregate): void {
    this.dirty.push(aggregate);
    if (this.busy || this.scheduled) return;
    this.scheduled = true;
    this.clock.next(() => this.send());
  }

  /** The stream proved stale before its row was sent. */
  remove(aggregate: Aggregate): void {
    this.dirty = this.dirty.filter((each) => each !== aggregate);
  }

  get isIdle(): boolean {
    return !this.busy && this.dirty.length === 0;
  }

  /** Resolves when nothing is gathering and nothing is in flight. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private send(): void {
    this.scheduled = false;
    const batch = this.nextBatch();
    if (batch.length === 0) return this.rest();
    this.busy = true;
    const rows = batch.map(closeRow);
    this.log.append(rows).then(
      (appended) => this.settle(batch, appended),
      (cause: unknown) => this.finish(() => this.listener.refused(batch, cause)),
    );
  }

  /** As many rows as one statement takes, in the order of their keys: two lanes never wait for each other in a ring. */
  private nextBatch(): Aggregate[] {
    let count = 0;
    let size = 0;
    while (count < this.dirty.length && count < STATEMENT_ROWS_MAX) {
      size += this.dirty[count]!.gathering!.eventsText.length;
      if (count > 0 && size > STATEMENT_SIZE_MAX) break;
      count += 1;
    }
    const batch = this.dirty.slice(0, count);
    this.dirty = this.dirty.slice(count);
    return batch.sort((a, b) => compare(a.key.stream, b.key.stream) || compare(a.key.namespace, b.key.namespace));
  }

  private settle(batch: readonly Aggregate[], { transactionId, lastPosition, conflicts }: Appended): void {
    const cursor = { transactionId, position: lastPosition };
    const refused = conflicts.size === 0 ? [] : batch.filter(({ key }) => conflicts.has(keyOf(key)));
    this.finish(() => {
      for (const aggregate of batch) {
        if (conflicts.size > 0 && conflicts.has(keyOf(aggregate.key))) continue;
        const row = aggregate.inFlight;
        aggregate.inFlight = undefined;
        // Without a row the stream was found broken in the meantime, and is being decided again from the log.
        if (row) this.listener.committed(aggregate, row, cursor);
      }
      if (refused.length > 0) this.listener.refused(refused, STALE);
    });
  }

  /** What the listener does may gather new rows; they are sent when it is done. */
  private finish(tell: () => void): void {
    try {
      tell();
    } finally {
      this.busy = false;
      if (this.dirty.length > 0 && !this.scheduled) {
        this.scheduled = true;
        this.clock.next(() => this.send());
      } else this.rest();
    }
  }

  private rest(): void {
    if (!this.isIdle) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}

function closeRow(aggregate: Aggregate): NewCommit {
  const { key, partition } = aggregate;
  const row = aggregate.gathering!;
  aggregate.gathering = undefined;
  aggregate.inFlight = row;
  const commit = {
    namespace: key.namespace,
    stream: key.stream,
    partition,
    firstVersion: row.firstVersion,
    lastVersion: row.firstVersion + row.events.length - 1,
    events: `[${row.eventsText}]`,
    metadata: `[${row.entriesText}]`,
    hash: aggregate.hash,
    begins: aggregate.isGuess && row.firstVersion === 1,
  };
  commit.hash = aggregate.hash = chainHash(aggregate.hash, commit);
  return commit;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
