import type { DomainEvent, Recorded, UpcasterTable } from '@orrery/domain';
import type { Handed, HandedOver } from './handed-over.js';
import type { Clock } from './ports/clock.js';
import type { Checkpoints } from './ports/checkpoints.js';
import { type Commit, type Cursor, type Log, START, isAfter } from './ports/log.js';
import { type RecordedCommand, commandsIn } from './recorded-commit.js';

/** How long a follower lets commits gather before its next batch, in milliseconds. */
const PACE_MS = 100;
/**
 * After a batch of so many commits it lets them gather for longer: what a run did in between is then written once, and a
 * batch costs as much as a hundred commits whatever is in it.
 */
const BUSY_COMMITS = 100;
const BUSY_PACE_MS = 200;
/** How long it waits for a hint before it looks for itself. */
const LOOK_EVERY_MS = 1_000;
const RETRY_AFTER_ERROR_MS = 500;
const COMMITS_PER_PAGE = 2_000;
/** Of what is in memory already it takes more at a time. */
const HANDED_OVER_PER_PASS = 10_000;
/** How often the checkpoints of partitions in which nothing happens are moved along. */
const MOVE_IDLE_EVERY_MS = 5_000;

export interface Move {
  readonly partition: number;
  readonly from: Cursor;
  readonly to: Cursor;
}

/** A commit as its followers see it: read from the log, or handed over by the process that wrote it. */
export interface FollowedCommit extends Pick<
  Commit,
  'namespace' | 'stream' | 'partition' | 'firstVersion' | 'lastVersion' | 'cursor'
> {
  recorded(): readonly Recorded[];
  /** The commands that decided it, and who sent them. */
  commands(): readonly RecordedCommand<DomainEvent>[];
}

/** A stretch of the log in its own order, and whether there is more of it. */
interface Stretch {
  readonly commits: readonly FollowedCommit[];
  readonly next: Cursor;
  readonly more: boolean;
}

/** What a follower does with a stretch of the log: written whole, with its checkpoints, or not at all. */
export interface Follower {
  readonly name: string;
  /** How the events that it meets are read. */
  readonly upcasters: UpcasterTable;
  /** False: somebody else moved a checkpoint, and nothing was written. */
  handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean>;
}

/**
 * Follows the log after a checkpoint, in log order and below the horizon: the only reader that views, feeds and
 * exchanges have. It reads every event at least once, and after any error goes on from its checkpoint.
 */
export class Follow {
  private partitions: ReadonlySet<number> = new Set();
  private checkpoints = new Map<number, Cursor>();
  private cursor: Cursor = START;
  private fresh = false;
  /** The last page was cut off, or may have been: it may have ended amid a transaction. */
  private cut = false;
  private running = false;
  private stopped = false;
  private poked = false;
  private idleMovedAt = 0;
  private wake: (() => void) | undefined;
  private loop: Promise<void> = Promise.resolve();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly follower: Follower,
    private readonly log: Log,
    private readonly store: Checkpoints,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
    /** What this process wrote itself. */
    private readonly handedOver?: HandedOver,
  ) {}

  /** Follows these partitions from now on. */
  follow(partitions: ReadonlySet<number>): void {
    this.partitions = partitions;
    this.fresh = false;
    if (this.running) return this.poke();
    this.running = true;
    this.loop = this.run();
  }

  /** Something was committed: a hint. */
  poke(): void {
    this.poked = true;
    this.wake?.();
  }

  /** How far a partition has been followed. */
  checkpoint(partition: number): Cursor {
    return this.checkpoints.get(partition) ?? START;
  }

  /** Calls back after each batch until the returned function is called. */
  onMoved(callback: () => void): () => void {
    this.waiting.add(callback);
    return () => this.waiting.delete(callback);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const hinted = this.poked;
      this.poked = false;
      const wait = await this.step(hinted).catch((error: unknown) => {
        this.onError(error);
        return this.lost();
      });
      if (!this.stopped && wait > 0) await this.sleep(wait);
    }
  }

  /** One batch; says how long to wait for the next one. */
  private async step(hinted: boolean): Promise<number> {
    // Partitions may come while those before them are loaded.
    while (!this.fresh) await this.reload();
    if (this.partitions.size === 0) return LOOK_EVERY_MS;
    const partitions = this.partitions;
    const page = (await this.takeOver(partitions)) ?? (await this.read(partitions));
    const news = page.commits.filter((commit) => isAfter(commit.cursor, this.checkpoint(commit.partition)));
    const moves = this.movesFor(news, page);
    if (moves.length > 0 && partitions === this.partitions && !(await this.write(news, moves))) return this.lost();
    this.cursor = page.next;
    if (page.more) return 0;
    return paceAfter(news.length, hinted);
  }

  /**
   * What this process wrote since, if the log has as many commits of each partition there, no more and no fewer, and
   * nothing can appear among them any more. It spares a reading; when in doubt the log is read.
   */
  private async takeOver(partitions: ReadonlySet<number>): Promise<Stretch | undefined> {
    const own = this.cut ? undefined : this.handedOver?.after(this.cursor, HANDED_OVER_PER_PASS);
    if (!own) return undefined;
    const counted = await this.log.count(this.cursor, own.upTo);
    if (counted.size > 0) return wholeOf(own, counted, partitions);
    // Somebody else's transaction holds the horizon back: what is below it is final all the same.
    const { transactionId: horizon } = await this.log.horizon();
    const below = this.handedOver?.after(this.cursor, HANDED_OVER_PER_PASS, horizon);
    return below && wholeOf(below, await this.log.count(this.cursor, below.upTo), partitions);
  }

  private async read(partitions: ReadonlySet<number>): Promise<Stretch> {
    const { commits, next, more } = await this.log.read(this.cursor, COMMITS_PER_PAGE, partitions);
    return { commits: commits.map((commit) => readLater(commit, this.follower.upcasters)), next, more };
  }

  private async write(news: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    const written = await this.follower.handle(news, moves);
    if (!written) return false;
    for (const { partition, to } of moves) this.checkpoints.set(partition, to);
    for (const callback of [...this.waiting]) callback();
    return true;
  }

  /** Nothing was written, or nobody knows: what it goes by is loaded again, a little later. */
  private lost(): number {
    this.fresh = false;
    return RETRY_AFTER_ERROR_MS;
  }

  private async reload(): Promise<void> {
    const partitions = this.partitions;
    this.checkpoints = new Map(await this.store.load(this.follower.name, [...partitions]));
    const cursors = [...partitions].map((partition) => this.checkpoint(partition));
    this.cursor = cursors.length === 0 ? START : cursors.reduce((a, b) => (isAfter(a, b) ? b : a));
    // The page that was written last may have ended amid a transaction.
    this.cut = true;
    this.fresh = partitions === this.partitions;
  }

  /**
   * Partitions with news move to the end of what was read, for a command's position is that of its whole transaction;
   * all the others move along now and then, so that a restart is short.
   */
  private movesFor(news: readonly FollowedCommit[], { next, more }: Stretch): Move[] {
    const to = new Map(news.map(({ partition }) => [partition, next]));
    const now = this.clock.now();
    const all = now - this.idleMovedAt > MOVE_IDLE_EVERY_MS;
    if (all) this.idleMovedAt = now;
    for (const partition of this.partitions) {
      const isAmidst = this.cut && this.checkpoint(partition).transactionId === this.cursor.transactionId;
      if (all || isAmidst) to.set(partition, next);
    }
    this.cut = more;
    return [...to]
      .map(([partition, cursor]) => ({ partition, from: this.checkpoint(partition), to: cursor }))
      .filter((move) => isAfter(move.to, move.from));
  }

  /** While it paces itself a hint does not hurry it; while it has nothing to do, it does. */
  private sleep(ms: number): Promise<void> {
    if (ms === LOOK_EVERY_MS && this.poked) ms = PACE_MS;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.wake = undefined;
        resolve();
      };
      const cancel = this.clock.after(ms, done);
      this.wake = () => (this.stopped || ms === LOOK_EVERY_MS ? done() : undefined);
    });
  }
}

/** What was handed over, if the log has as many commits of these partitions there. */
function wholeOf(
  { commits, upTo: next }: Handed,
  counted: ReadonlyMap<number, number>,
  partitions: ReadonlySet<number>,
): Stretch | undefined {
  const own = commits.filter(({ partition }) => partitions.has(partition));
  const left = new Map(counted);
  for (const { partition } of own) left.set(partition, (left.get(partition) ?? 0) - 1);
  const isWhole = [...left].every(([partition, count]) => count === 0 || !partitions.has(partition));
  return isWhole && counted.size > 0 ? { commits: own, next, more: false } : undefined;
}

/** A hint of what is still beyond the horizon must not have it read again at once. */
function paceAfter(commits: number, hinted: boolean): number {
  if (commits >= BUSY_COMMITS) return BUSY_PACE_MS;
  return commits > 0 || hinted ? PACE_MS : LOOK_EVERY_MS;
}

/** A commit that was read, as followers see it: its events are taken apart when somebody asks for them. */
export function readLater(commit: Commit, upcasters: UpcasterTable): FollowedCommit {
  let taken: readonly RecordedCommand<DomainEvent>[] | undefined;
  const commands = () => (taken ??= commandsIn(commit, upcasters));
  let recorded: readonly Recorded[] | undefined;
  return { ...commit, commands, recorded: () => (recorded ??= commands().flatMap(({ events }) => events)) };
}
