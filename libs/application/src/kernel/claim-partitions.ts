import type { Clock } from './ports/clock.js';
import type { Locks, Peer } from './ports/locks.js';
import { Ownership } from './ports/ownership.js';
import { shareOf } from './rendezvous.js';

export interface OwnershipSettings {
  /** How often free partitions are claimed, and peers looked at, in milliseconds. */
  readonly tickMs: number;
  readonly beatMs: number;
  /** An engine that has not beaten for so long is ended by its peers. */
  readonly silentMs: number;
  /** How long an answer of the lock session vouches for what is in memory. */
  readonly trustMs: number;
  /** How long the shell may take to let go of partitions that another engine is to have. */
  readonly letGoMs: number;
}

const SETTINGS: OwnershipSettings = { tickMs: 1_000, beatMs: 2_000, silentMs: 10_000, trustMs: 5_000, letGoMs: 5_000 };

/** Who claims, and what there is to be claimed. */
export interface Claimant {
  /** The engine's id: new with every start. */
  readonly engine: string;
  readonly partitions: number;
  /** Only these of them, where the others are in other databases. */
  readonly only?: ReadonlySet<number>;
  readonly clock: Clock;
  readonly settings?: Partial<OwnershipSettings>;
}

type OnChange = (owned: ReadonlySet<number>) => void | Promise<void>;

/**
 * Ownership by locks that one session holds. With that session every lock is gone at once, and so is everything that was
 * owned; they are claimed again when it is back.
 */
export class ClaimPartitions extends Ownership {
  private readonly engine: string;
  private readonly partitions: number;
  private readonly only: ReadonlySet<number> | undefined;
  private readonly clock: Clock;
  private readonly settings: OwnershipSettings;
  private onChange: OnChange = () => undefined;
  private held: ReadonlySet<number> = new Set();
  /** Given up already, but not yet free for others: the shell is still letting go of them. */
  private readonly leaving = new Set<number>();
  private share: { readonly among: string; readonly wanted: ReadonlySet<number> } | undefined;
  private silentBefore = new Set<string>();
  private beatenAt = -Infinity;
  private beatenBy: object | undefined;
  private cancelTick: () => void = () => undefined;
  private ticking: Promise<void> | undefined;
  private running = false;

  constructor(
    private readonly locks: Locks,
    { engine, partitions, only, clock, settings }: Claimant,
  ) {
    super();
    this.engine = engine;
    this.partitions = partitions;
    this.only = only;
    this.clock = clock;
    this.settings = { ...SETTINGS, ...settings };
    locks.onLost(() => this.lose());
    locks.onUp(() => void this.wake());
  }

  override async start(onChange: OnChange): Promise<void> {
    this.onChange = onChange;
    this.running = true;
    await this.wake();
  }

  override owned(): ReadonlySet<number> {
    return this.held;
  }

  override trusted(): boolean {
    return this.locks.answeredWithin(this.settings.trustMs);
  }

  override async confirm(): Promise<boolean> {
    const { session } = this.locks;
    try {
      await this.locks.ping();
    } catch {
      return false;
    }
    return this.locks.session === session;
  }

  override async release(): Promise<void> {
    this.running = false;
    this.cancelTick();
    await this.ticking;
    await this.giveUp([...this.held]);
    await this.locks.withdraw().catch(() => undefined);
  }

  /** Looks now, and then every so often. A look that fails is made up for by the next one. */
  private wake(): Promise<void> {
    this.cancelTick();
    if (!this.running) return Promise.resolve();
    this.ticking ??= this.tick()
      .catch(() => undefined)
      .finally(() => {
        this.ticking = undefined;
        if (this.running) this.cancelTick = this.clock.after(this.settings.tickMs, () => void this.wake());
      });
    return this.ticking;
  }

  private async tick(): Promise<void> {
    await this.beat();
    const peers = await this.locks.look(this.settings.silentMs);
    await this.endSilent(peers);
    const live = peers.filter(({ connected, beating }) => connected && beating).map(({ id }) => id);
    const wanted = this.shareAmong(live);
    const unwanted = [...this.held].filter((partition) => !wanted.has(partition));
    // Not waited for: the beat must not depend on how long the shell takes.
    if (unwanted.length > 0) void this.giveUp(unwanted);
    await this.claim([...wanted].filter((partition) => !this.held.has(partition) && !this.leaving.has(partition)));
  }

  /** Counted anew only when somebody came or went. */
  private shareAmong(live: readonly string[]): ReadonlySet<number> {
    const among = live.join(' ');
    if (this.share?.among !== among) this.share = { among, wanted: this.countShare(live) };
    return this.share.wanted;
  }

  private countShare(live: readonly string[]): ReadonlySet<number> {
    const share = shareOf(this.engine, live, this.partitions);
    const { only } = this;
    return only ? new Set([...share].filter((partition) => only.has(partition))) : share;
  }

  private async beat(): Promise<void> {
    const { session } = this.locks;
    const now = this.clock.now();
    const isFresh = now >= this.beatenAt && now - this.beatenAt < this.settings.beatMs;
    if (session === this.beatenBy && isFresh) return;
    await this.locks.beat();
    this.beatenAt = now;
    this.beatenBy = session;
  }

  /**
   * Twice in a row, so that nobody is ended for the server's own pause, in which all were silent. The engine that is
   * ended takes what it had begun with it: nothing of it can commit any more when its locks are taken.
   */
  private async endSilent(peers: readonly Peer[]): Promise<void> {
    const silent = peers.filter(({ connected, beating }) => connected && !beating).map(({ id }) => id);
    const again = silent.filter((id) => this.silentBefore.has(id));
    this.silentBefore = new Set(silent);
    if (again.length > 0) await this.locks.endSilent(this.settings.silentMs, again);
  }

  private async claim(partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const { session } = this.locks;
    const claimed = await this.locks.claim(partitions);
    // Locks of a session that is gone by now are gone with it.
    if (claimed.length === 0 || this.locks.session !== session) return;
    // Nor is it waited for here what the shell does with them: the beat must not depend on it.
    void this.change(new Set([...this.held, ...claimed]));
  }

  /** Hands partitions over: the shell lets go of them first, then they are free. */
  private async giveUp(partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const { session } = this.locks;
    for (const partition of partitions) this.leaving.add(partition);
    await this.within(
      this.settings.letGoMs,
      this.change(new Set([...this.held].filter((partition) => !this.leaving.has(partition)))),
    );
    if (session) await this.unlock(partitions, session);
    // With their session the locks are gone, and whoever leaves was forgotten then.
    if (this.locks.session === session) for (const partition of partitions) this.leaving.delete(partition);
  }

  /** Until it is done, or the session is gone, and the locks with it: what stays locked and is nobody's stands still. */
  private async unlock(partitions: readonly number[], session: object): Promise<void> {
    while (this.locks.session === session) {
      const isDone = await this.locks.letGo(partitions).then(
        () => true,
        () => !this.running,
      );
      if (isDone) return;
      await new Promise<void>((resolve) => void this.clock.after(this.settings.tickMs, resolve));
    }
  }

  private lose(): void {
    this.leaving.clear();
    if (this.held.size > 0) void this.change(new Set());
  }

  private async change(held: ReadonlySet<number>): Promise<void> {
    this.held = held;
    await this.onChange(held);
  }

  /** Waits for the work, but not for ever, and not for its success. */
  private async within(ms: number, work: Promise<void>): Promise<void> {
    let cancel: () => void = () => undefined;
    const tooLong = new Promise<void>((resolve) => (cancel = this.clock.after(ms, resolve)));
    await Promise.race([work.catch(() => undefined), tooLong]);
    cancel();
  }
}
