import { Ownership } from '@orrery/application';
import type { LaneSession } from '../log/lane-session.js';
import { PING } from '../log/lane-statements.js';
import { BEAT, CLAIM, END_SILENT, FORGET_OLD, LET_GO, LOOK, WITHDRAW } from './engine-statements.js';
import { shareOf } from './rendezvous.js';

/** Who claims partitions: one process, from its start to its end. */
export interface EngineIdentity {
  /** A UUID, new with every start. */
  readonly id: string;
  readonly host: string;
  readonly version: string;
}

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

interface Peer {
  readonly id: string;
  readonly connected: boolean;
  readonly beating: boolean;
}

type OnChange = (owned: ReadonlySet<number>) => void | Promise<void>;

/**
 * Ownership by advisory locks, held by the session that appends. With that session every lock is gone at once, and so is
 * everything that was owned; they are claimed again when it is back.
 */
export class PostgresOwnership extends Ownership {
  private readonly settings: OwnershipSettings;
  private onChange: OnChange = () => undefined;
  private held: ReadonlySet<number> = new Set();
  /** Given up already, but not yet free for others: the shell is still letting go of them. */
  private readonly leaving = new Set<number>();
  private silentBefore = new Set<string>();
  private beatenAt = -Infinity;
  private beatenBy: object | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;
  private running = false;

  constructor(
    private readonly lane: LaneSession,
    private readonly engine: EngineIdentity,
    private readonly partitions: number,
    settings: Partial<OwnershipSettings> = {},
  ) {
    super();
    this.settings = { ...SETTINGS, ...settings };
    lane.onLost(() => this.lose());
    lane.onUp(() => void this.wake());
  }

  override async start(onChange: OnChange): Promise<void> {
    this.onChange = onChange;
    this.running = true;
    await this.lane.run((ask) => ask({ text: FORGET_OLD }));
    await this.wake();
  }

  override owned(): ReadonlySet<number> {
    return this.held;
  }

  override trusted(): boolean {
    return this.lane.answeredWithin(this.settings.trustMs);
  }

  override async confirm(): Promise<boolean> {
    const session = this.lane.backend;
    try {
      await this.lane.run((ask) => ask({ text: PING }));
    } catch {
      return false;
    }
    return this.lane.backend === session;
  }

  override async release(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.ticking;
    await this.giveUp([...this.held]);
    await this.lane.run((ask) => ask({ text: WITHDRAW, values: [this.engine.id] })).catch(() => undefined);
  }

  /** Looks now, and then every so often. A look that fails is made up for by the next one. */
  private wake(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.running) return Promise.resolve();
    this.ticking ??= this.tick()
      .catch(() => undefined)
      .finally(() => {
        this.ticking = undefined;
        if (this.running) this.timer = setTimeout(() => void this.wake(), this.settings.tickMs);
      });
    return this.ticking;
  }

  private async tick(): Promise<void> {
    await this.beat();
    const peers = await this.look();
    await this.endSilent(peers);
    const live = peers.filter(({ connected, beating }) => connected && beating).map(({ id }) => id);
    const wanted = shareOf(this.engine.id, live, this.partitions);
    const unwanted = [...this.held].filter((partition) => !wanted.has(partition));
    // Not waited for: the beat must not depend on how long the shell takes.
    if (unwanted.length > 0) void this.giveUp(unwanted);
    await this.claim([...wanted].filter((partition) => !this.held.has(partition) && !this.leaving.has(partition)));
  }

  private async beat(): Promise<void> {
    const session = this.lane.backend;
    const now = performance.now();
    if (session === this.beatenBy && now - this.beatenAt < this.settings.beatMs) return;
    const { id, host, version } = this.engine;
    await this.lane.run((ask) => ask({ text: BEAT, values: [id, host, version] }));
    this.beatenAt = now;
    this.beatenBy = session;
  }

  private async look(): Promise<Peer[]> {
    const rows = await this.lane.run((ask) => ask({ text: LOOK, values: [this.settings.silentMs] }));
    return rows.map(([id, connected, beating]) => ({
      id: id!,
      connected: connected === 't',
      beating: beating === 't',
    }));
  }

  /**
   * Twice in a row, so that nobody is ended for the server's own pause, in which all were silent. The engine that is
   * ended takes what it had begun with it: nothing of it can commit any more when its locks are taken.
   */
  private async endSilent(peers: readonly Peer[]): Promise<void> {
    const silent = peers.filter(({ connected, beating }) => connected && !beating).map(({ id }) => id);
    const again = silent.filter((id) => this.silentBefore.has(id));
    this.silentBefore = new Set(silent);
    if (again.length === 0) return;
    await this.lane.run((ask) => ask({ text: END_SILENT, values: [this.settings.silentMs, again] }));
  }

  private async claim(partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const session = this.lane.backend;
    const rows = await this.lane.run((ask) => ask({ text: CLAIM, values: [partitions] }));
    // Locks of a session that is gone by now are gone with it.
    if (rows.length === 0 || this.lane.backend !== session) return;
    // Nor is it waited for here what the shell does with them: the beat must not depend on it.
    void this.change(new Set([...this.held, ...rows.map(([partition]) => Number(partition))]));
  }

  /** Hands partitions over: the shell lets go of them first, then they are free. */
  private async giveUp(partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const session = this.lane.backend;
    for (const partition of partitions) this.leaving.add(partition);
    const letGo = this.change(new Set([...this.held].filter((partition) => !this.leaving.has(partition))));
    await within(this.settings.letGoMs, letGo);
    try {
      if (session && this.lane.backend === session) {
        await this.lane.run((ask) => ask({ text: LET_GO, values: [partitions] }));
      }
    } catch {
      // Then the session is gone, and the locks with it.
    }
    for (const partition of partitions) this.leaving.delete(partition);
  }

  private lose(): void {
    this.leaving.clear();
    if (this.held.size > 0) void this.change(new Set());
  }

  private async change(held: ReadonlySet<number>): Promise<void> {
    this.held = held;
    await this.onChange(held);
  }
}

/** Waits for the work, but not for ever, and not for its success. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), tooLong]);
  clearTimeout(timer);
}
