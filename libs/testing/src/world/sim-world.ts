import type { Random } from '../kernel/random.js';
import { Scheduler } from '../kernel/scheduler.js';
import { CALM, type FaultKind, type Faults, swarm } from './faults.js';
import type { LinkParts } from './link.js';
import { NoticeBoard } from './notices.js';
import { Records } from './records.js';
import type { SimClient } from './sim-client.js';
import { SimDatabase } from './sim-database.js';
import { type Sizes, sizes } from './sizes.js';

/** When every simulated world begins: a moment far from any other, so that a real time among simulated ones stands out. */
const BEGINNING = Date.UTC(2031, 4, 6, 7, 8, 9);

/** What every process of a seed has in common: time, chance, what goes wrong, and what outlives them. */
export class SimWorld {
  readonly scheduler: Scheduler;
  readonly database: SimDatabase;
  readonly board: NoticeBoard;
  readonly records = new Records();
  /** How many events of a run lie between two of its snapshots at least. */
  readonly snapshotEvents: number;
  /** The kinds of faults that this seed has. */
  readonly kinds: readonly FaultKind[];
  readonly sizes: Sizes;
  /** How often what went wrong. */
  readonly struck: Record<string, number> = {};
  /** Everybody who has something to say to runs. */
  readonly clients: SimClient[] = [];
  /** What code that should not have thrown has thrown. */
  readonly errors: unknown[] = [];
  faults: Faults;

  constructor(readonly random: Random) {
    this.scheduler = new Scheduler(BEGINNING, random.child('ties'));
    this.database = new SimDatabase(this.scheduler, this.records.batches);
    this.snapshotEvents = random.child('snapshots').pick([5, 25, 500]);
    const { faults, kinds } = swarm(random.child('swarm'));
    this.faults = faults;
    this.kinds = kinds;
    this.sizes = sizes(random.child('sizes'));
    this.board = new NoticeBoard(this.linkParts('notices'));
  }

  /** From here on nothing goes wrong any more. */
  calm(): void {
    this.faults = CALM;
  }

  count(fault: string): void {
    this.struck[fault] = (this.struck[fault] ?? 0) + 1;
  }

  linkParts(name: string): LinkParts {
    return {
      scheduler: this.scheduler,
      random: this.random.child(`link ${name}`),
      faults: () => this.faults,
      count: (fault) => this.count(fault),
    };
  }
}
