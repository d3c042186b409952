import { Unavailable } from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import type { Scheduler } from '../kernel/scheduler.js';
import type { Faults } from './faults.js';
import type { SimNode } from './sim-node.js';

/** How long somebody waits for an answer before the connection is given up, in milliseconds. */
const ANSWER_MS = 9_000;

/** What a link needs of its world. */
export interface LinkParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: () => Faults;
  /** Counts what went wrong. */
  readonly count: (fault: string) => void;
}

/** The way from one node to the database and back: it takes time, and it may be cut. */
export class Link {
  isCut = false;

  constructor(
    private readonly parts: LinkParts,
    private readonly node: SimNode,
  ) {}

  /**
   * Asks the other end. A request that is on its way is carried out there, whatever becomes of who sent it; its answer
   * comes, or is lost, or finds nobody.
   */
  call<T>(work: () => Promise<T>): Promise<T> {
    const { scheduler, random, faults, count } = this.parts;
    return new Promise((resolve, reject) => {
      const lost = () => void scheduler.after(ANSWER_MS, () => this.node.enter(() => reject(new LinkLost())));
      if (this.isCut || this.strikes('requestLost')) return lost();
      scheduler.after(this.latency(), () => {
        if (random.chance(faults().refused)) {
          count('refused');
          return this.answer(() => reject(refusedByChance()), lost);
        }
        work().then(
          (value) => this.answer(() => resolve(value), lost),
          (error: unknown) => this.answer(() => reject(error), lost),
        );
      });
    });
  }

  private answer(tell: () => void, lost: () => void): void {
    if (this.isCut || this.strikes('replyLost')) return lost();
    this.parts.scheduler.after(this.latency(), () => this.node.enter(tell));
  }

  private strikes(fault: 'requestLost' | 'replyLost'): boolean {
    if (!this.parts.random.chance(this.parts.faults()[fault])) return false;
    this.parts.count(fault);
    return true;
  }

  private latency(): number {
    const { random, faults } = this.parts;
    const { latencyMs, slow, slowMs } = faults();
    return random.chance(slow) ? random.between(...slowMs) : random.between(...latencyMs);
  }
}

/** No answer came: nobody knows what became of the request. */
export class LinkLost extends Unavailable {
  constructor() {
    super('database.unreachable', 'the database did not answer');
  }
}

function refusedByChance(): Unavailable {
  return new Unavailable('database.unavailable', 'the database cannot do it just now');
}
