import type { Namespace } from '@orrery/domain';
import type { Clock } from '../../kernel/ports/clock.js';
import type { SessionRow, WorkerSessions } from '../ports/worker-sessions.js';
import { LEASE_MS } from './leases.js';

/** Rows are written together, this long after the first that has something new to say. */
const WRITE_AFTER_MS = 500;
/** A row says again that its worker was seen only when that is so old: a third of what a lease lasts. */
const SAY_AGAIN_MS = LEASE_MS / 3 - WRITE_AFTER_MS;

interface Seen {
  row: SessionRow;
  writtenAt: number;
}

/** Keeps the rows of remote workers young enough, with few writes: who may still hold attempts when their owner dies. */
export class SeenWorkers {
  private readonly workers = new Map<string, Seen>();
  private readonly waiting = new Set<Seen>();
  private writing = false;
  private stopped = false;
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly sessions: WorkerSessions,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A worker gave a sign of life. */
  seen(worker: Omit<SessionRow, 'lastSeenAt'>): void {
    const now = this.clock.now();
    const key = `${worker.namespace}/${worker.workerId}`;
    const row = { ...worker, lastSeenAt: now };
    const known = this.workers.get(key);
    const seen = known ?? { row, writtenAt: -Infinity };
    if (!known) this.workers.set(key, seen);
    seen.row = row;
    if (now - seen.writtenAt < SAY_AGAIN_MS) return;
    this.waiting.add(seen);
    this.writeLater();
  }

  /** One that was seen before, of which no more is said than that it lives. */
  seenAgain(namespace: Namespace, workerId: string): void {
    const known = this.workers.get(`${namespace}/${workerId}`);
    if (known) this.seen(known.row);
  }

  /** A worker went, and holds nothing. */
  async gone(namespace: Namespace, workerId: string): Promise<void> {
    const key = `${namespace}/${workerId}`;
    const seen = this.workers.get(key);
    if (seen) this.waiting.delete(seen);
    this.workers.delete(key);
    await this.sessions.remove(namespace, workerId).catch(this.onError);
  }

  /** Those who were seen within a lease, here or elsewhere. */
  async alive(): Promise<readonly SessionRow[]> {
    const since = this.clock.now() - LEASE_MS;
    const rows = new Map(
      (await this.sessions.seenSince(since)).map((row) => [`${row.namespace}/${row.workerId}`, row]),
    );
    for (const [key, { row }] of this.workers) if (row.lastSeenAt >= since) rows.set(key, row);
    return [...rows.values()];
  }

  /** Writes no more, and resolves when what is being written is. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.written;
  }

  private writeLater(): void {
    if (this.writing) return;
    this.writing = true;
    this.clock.after(WRITE_AFTER_MS, () => {
      if (this.stopped) return;
      this.written = this.write()
        .catch(this.onError)
        .finally(() => {
          this.writing = false;
          if (this.waiting.size > 0) this.writeLater();
        });
    });
  }

  private async write(): Promise<void> {
    const some = [...this.waiting];
    if (some.length === 0) return;
    this.waiting.clear();
    const now = this.clock.now();
    for (const seen of some) seen.writtenAt = now;
    this.forgetOld(now);
    await this.sessions.save(some.map(({ row }) => row));
  }

  private forgetOld(now: number): void {
    for (const [key, { row }] of this.workers) if (now - row.lastSeenAt > 2 * LEASE_MS) this.workers.delete(key);
  }
}
