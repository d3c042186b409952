import type { Random } from './kernel/random.js';
import type { FaultKind } from './world/faults.js';
import type { SimNode } from './world/sim-node.js';
import type { SimProcess } from './world/sim-process.js';
import type { SimWorld } from './world/sim-world.js';

const TICK_MS = 250;

/** A place where a process or a worker stands, one after the other. */
export interface Slot {
  readonly node: SimNode;
  /** The engine process there, if one stands there. */
  readonly process: SimProcess | undefined;
  crash(): void;
  /** Another one takes its place. */
  restart(): void;
}

/** Breaks things as the faults of the world say, until it is told to mend them all. */
export class Chaos {
  private readonly random: Random;
  private readonly mending = new Set<() => void>();
  private stopped = false;

  constructor(
    private readonly world: SimWorld,
    private readonly slots: readonly Slot[],
  ) {
    this.random = world.random.child('chaos');
  }

  start(): void {
    this.world.scheduler.after(TICK_MS, () => {
      if (this.stopped) return;
      for (const slot of this.slots) this.breakSome(slot);
      this.breakDatabase();
      this.start();
    });
  }

  /** Everything goes on that stood still, is connected that was cut off, and is there that was dead. */
  stop(): void {
    this.stopped = true;
    this.world.calm();
    for (const mend of [...this.mending]) mend();
  }

  private breakSome(slot: Slot): void {
    const { process } = slot;
    if (!slot.node.isAlive) return;
    if (this.strikes('crash')) {
      slot.crash();
      return this.mendLater('crashedMs', () => slot.restart());
    }
    if (this.strikes('pause')) {
      const { node } = slot;
      node.pause();
      this.mendLater('pauseMs', () => node.resume());
    }
    if (process && this.strikes('cut')) {
      process.link.isCut = true;
      this.mendLater('cutMs', () => (process.link.isCut = false));
    }
    if (process && this.strikes('clockJump')) {
      const { clock } = process;
      clock.skewMs = this.random.between(...this.world.faults.clockJumpMs);
      this.mending.add(() => (clock.skewMs = 0));
    }
  }

  private breakDatabase(): void {
    const { database, faults } = this.world;
    if (this.strikes('sessionEnded')) {
      const sessions = database.openSessions;
      if (this.random.chance(0.3)) database.restart();
      else if (sessions.length > 0) this.random.pick(sessions).end();
    }
    if (this.strikes('logFull')) {
      database.isFull = true;
      this.mendLater('logFullMs', () => (database.isFull = false));
    }
    if (faults.openTransaction > 0 && this.strikes('openTransaction')) {
      const transaction = database.store.begin();
      this.mendLater('openTransactionMs', () => transaction.rollback());
    }
  }

  private strikes(fault: FaultKind): boolean {
    if (!this.random.chance((this.world.faults[fault] * TICK_MS) / 1_000)) return false;
    this.world.count(fault);
    return true;
  }

  /** Mended after a while, or when everything is. */
  private mendLater(
    during: 'crashedMs' | 'pauseMs' | 'cutMs' | 'logFullMs' | 'openTransactionMs',
    mend: () => void,
  ): void {
    const once = () => {
      if (this.mending.delete(once)) mend();
    };
    this.mending.add(once);
    const [least, most] = this.world.faults[during];
    this.world.scheduler.after(this.random.between(least, most), once);
  }
}
