import { type Appended, type NewCommit, type Peer, isAfter } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import {
  MemoryCheckpoints,
  MemoryDefinitionContents,
  MemoryLog,
  MemoryLogStore,
  MemoryOfferTable,
  MemorySnapshots,
  MemoryWorkerSessions,
} from '@orrery/infrastructure/memory';
import type { Scheduler } from '../kernel/scheduler.js';
import { RecordedViews } from './recorded-views.js';
import type { WrittenBatch } from './records.js';
import { TrueClock } from './true-clock.js';

/** How often an engine beats that is well, is for the engines to know; how long one is remembered, too. */
interface EngineRow {
  session: SimSession;
  beatAt: number;
}

/** A session of the database: it holds locks, and what it has begun ends with it. */
export class SimSession {
  isOpen = true;
  private readonly log: MemoryLog;

  constructor(
    private readonly database: SimDatabase,
    commitLater: () => Promise<void>,
  ) {
    this.log = new MemoryLog(database.store, commitLater);
  }

  /** Refused while there is no room for it, as any error of a statement is: nothing of it stands. */
  async append(rows: readonly NewCommit[]): Promise<Appended> {
    if (this.database.isFull) throw new Unavailable('log.disk-full', 'the disk of the database is full');
    return this.log.append(rows);
  }

  /** Everything it had begun is undone, and its locks are free. */
  end(): void {
    this.isOpen = false;
    this.log.disconnect();
    this.database.free(this);
  }
}

/** The database of a simulated world: everything that outlives its processes. */
export class SimDatabase {
  readonly store: MemoryLogStore;
  readonly checkpoints = new MemoryCheckpoints();
  readonly snapshots = new MemorySnapshots();
  readonly views: RecordedViews;
  readonly contents = new MemoryDefinitionContents();
  readonly sessions = new MemoryWorkerSessions();
  readonly offers = new MemoryOfferTable();
  /** Nothing can be appended, and all else goes on. */
  isFull = false;
  private readonly locks = new Map<number, SimSession>();
  private readonly engines = new Map<string, EngineRow>();
  private readonly open = new Set<SimSession>();

  constructor(
    private readonly scheduler: Scheduler,
    batches: WrittenBatch[],
  ) {
    this.views = new RecordedViews(this.checkpoints, batches);
    this.store = new MemoryLogStore(new TrueClock(scheduler));
  }

  connect(commitLater: () => Promise<void>): SimSession {
    const session = new SimSession(this, commitLater);
    this.open.add(session);
    return session;
  }

  /** All sessions end, as when the server starts anew. What has committed stands. */
  restart(): void {
    for (const session of [...this.open]) session.end();
  }

  get openSessions(): readonly SimSession[] {
    return [...this.open];
  }

  /** Whether those who follow the log under these names have come to its end. */
  isFollowedBy(followers: readonly string[]): boolean {
    const ends = new Map(this.store.committed.map(({ partition, cursor }) => [partition, cursor]));
    return [...ends].every(([partition, end]) =>
      followers.every((follower) => !isAfter(end, this.checkpoints.at(follower, partition))),
    );
  }

  beat(engine: string, session: SimSession): void {
    this.engines.set(engine, { session, beatAt: this.scheduler.now });
  }

  look(silentMs: number): Peer[] {
    return [...this.engines].map(([id, { session, beatAt }]) => ({
      id,
      connected: session.isOpen,
      beating: this.scheduler.now - beatAt <= silentMs,
    }));
  }

  endSilent(silentMs: number, ids: readonly string[]): void {
    for (const id of ids) {
      const engine = this.engines.get(id);
      if (engine && this.scheduler.now - engine.beatAt > silentMs) engine.session.end();
    }
  }

  forget(engine: string): void {
    this.engines.delete(engine);
  }

  /** Takes the locks that are free, and tells which those are. */
  claim(session: SimSession, partitions: readonly number[]): number[] {
    const free = partitions.filter((partition) => (this.locks.get(partition) ?? session) === session);
    for (const partition of free) this.locks.set(partition, session);
    return free;
  }

  letGo(session: SimSession, partitions: readonly number[]): void {
    for (const partition of partitions) if (this.locks.get(partition) === session) this.locks.delete(partition);
  }

  free(session: SimSession): void {
    this.open.delete(session);
    for (const [partition, holder] of this.locks) if (holder === session) this.locks.delete(partition);
  }
}
