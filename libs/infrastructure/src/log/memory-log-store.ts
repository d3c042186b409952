import {
  type Clock,
  type Commit,
  type Cursor,
  type Epoch,
  type NewCommit,
  type Notice,
  isAfter,
  keyOf,
} from '@orrery/application';

const EPOCH: Epoch = { systemIdentifier: '1', timeline: 1 };

/** A transaction that writes: it has its id from the start, and what it wrote is invisible until it commits. */
export class MemoryTransaction {
  readonly rows: Commit[] = [];
  /** The keys of its rows: others wait for them until it ends. */
  readonly names: string[] = [];
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(
    private readonly store: MemoryLogStore,
    readonly id: bigint,
    readonly begunAt: number,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  get isOpen(): boolean {
    return this.store.open.has(this.id);
  }

  /** Writes these rows, and returns the keys of the streams that have such a row already. */
  async insert(rows: readonly NewCommit[]): Promise<ReadonlySet<string>> {
    const conflicts = new Set<string>();
    for (const row of rows) {
      if (!(await this.store.claim(this, row))) conflicts.add(keyOf(row));
      else this.rows.push(this.store.recorded(this, row));
    }
    return conflicts;
  }

  commit(): void {
    if (this.isOpen) this.store.commit(this);
    this.end();
  }

  rollback(): void {
    if (this.isOpen) this.store.rollback(this);
    this.end();
  }
}

/**
 * What a database keeps: one, for as many logs as there are processes. Transaction ids and positions are drawn when a
 * row is written, and transactions commit in whatever order they do.
 */
export class MemoryLogStore {
  /** The transactions that are under way, by their ids. */
  readonly open = new Map<bigint, MemoryTransaction>();
  readonly listeners = new Set<(notice: Notice) => void>();
  /** In log order: by transaction id and position. */
  readonly committed: Commit[] = [];
  private readonly streams = new Map<string, Commit[]>();
  private readonly claims = new Map<string, MemoryTransaction>();
  private nextTransaction = 1n;
  private nextPosition = 1n;

  constructor(
    readonly clock: Clock,
    readonly epoch: Epoch = EPOCH,
  ) {}

  begin(): MemoryTransaction {
    const transaction = new MemoryTransaction(this, this.nextTransaction++, this.clock.now());
    this.open.set(transaction.id, transaction);
    return transaction;
  }

  /** The lowest id that is under way, or the next one: below it nothing can appear any more. */
  get horizon(): bigint {
    let lowest = this.nextTransaction;
    for (const id of this.open.keys()) if (id < lowest) lowest = id;
    return lowest;
  }

  stream(key: string): readonly Commit[] {
    return this.streams.get(key) ?? [];
  }

  /** Where in `committed` the first row after the cursor stands. */
  indexAfter(cursor: Cursor): number {
    let low = 0;
    let high = this.committed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(this.committed[middle]!.cursor, cursor)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * Whether the row's key is free, and nothing there of a stream that it begins. While another transaction holds the key,
   * that one has to end first.
   */
  async claim(transaction: MemoryTransaction, row: NewCommit): Promise<boolean> {
    const name = `${keyOf(row)}@${row.firstVersion}`;
    for (let holder = this.claims.get(name); holder; holder = this.claims.get(name)) {
      if (holder === transaction || !holder.isOpen) return false;
      await holder.ended;
    }
    if (!transaction.isOpen || (row.begins && this.stream(keyOf(row)).length > 0)) return false;
    this.claims.set(name, transaction);
    transaction.names.push(name);
    return true;
  }

  recorded(transaction: MemoryTransaction, row: NewCommit): Commit {
    const cursor = { transactionId: transaction.id, position: this.nextPosition++ };
    const { begins: _, ...kept } = row;
    return { ...kept, hash: Uint8Array.from(row.hash), cursor, recordedAt: this.clock.now() };
  }

  commit(transaction: MemoryTransaction): void {
    this.open.delete(transaction.id);
    for (const row of transaction.rows) this.add(row);
  }

  rollback(transaction: MemoryTransaction): void {
    this.open.delete(transaction.id);
    for (const name of transaction.names) this.claims.delete(name);
  }

  forgetAllButLast(key: string): void {
    const forgotten = new Set(this.stream(key).slice(0, -1));
    this.streams.set(key, this.stream(key).slice(-1));
    const kept = this.committed.filter((row) => !forgotten.has(row));
    this.committed.splice(0, Infinity, ...kept);
    // Their keys are free again, as they are where a row is deleted.
    for (const { firstVersion } of forgotten) this.claims.delete(`${key}@${firstVersion}`);
  }

  private add(row: Commit): void {
    this.committed.splice(this.indexAfter(row.cursor), 0, row);
    const key = keyOf(row);
    const stream = this.streams.get(key) ?? [];
    this.streams.set(key, stream);
    stream.splice(stream.findLastIndex(({ firstVersion }) => firstVersion < row.firstVersion) + 1, 0, row);
  }
}
