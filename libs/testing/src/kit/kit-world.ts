import { Plans, RunReader } from '@orrery/application';
import { MemoryLog } from '@orrery/infrastructure/memory';
import type { Random } from '../kernel/random.js';
import { CALM, type FaultKind, type Faults } from '../world/faults.js';
import { SimClock } from '../world/sim-clock.js';
import { SimNode } from '../world/sim-node.js';
import { SimWorld } from '../world/sim-world.js';
import type { Activity } from './activity.js';
import { FAULT_WORDS } from './kit-faults.js';
import { RealWork } from './real-work.js';
import { Trace } from './trace.js';
import { Waits } from './waits.js';

const UNSEEN_MS = 3_000;
/** More than a link waits for an answer. */
const UNSEEN_LOST_MS = 12_000;
const LOSSES: readonly FaultKind[] = ['requestLost', 'replyLost', 'cut', 'sessionEnded'];

/** The world of one seed, as the kit needs it: it writes down what happens, and knows what the user's code waits for. */
export class KitWorld extends SimWorld {
  readonly trace: Trace;
  readonly waits: Waits;
  readonly real = new RealWork();
  readonly plans: Plans;
  readonly runs: RunReader;
  /** Where systems outside do what they are asked. */
  readonly outside: Activity;
  /** What makes the outcome worthless: the user's code did what cannot be simulated. */
  misuse: Error | undefined;
  /** What was thrown where nobody catches it: any other process would have ended of it. */
  uncaught: { readonly error: unknown } | undefined;
  private isCalm = false;

  constructor(
    random: Random,
    private readonly wild: Faults,
  ) {
    super(random);
    this.faults = wild;
    const { scheduler, database } = this;
    this.trace = new Trace(() => scheduler.now - scheduler.startedAt);
    this.waits = new Waits(() => scheduler.now);
    this.plans = new Plans(database.contents);
    this.runs = new RunReader(new MemoryLog(database.store), this.plans);
    this.outside = this.activity('outside', 'a system outside');
  }

  /** An activity on a machine of its own, to which nothing happens. */
  activity(place: string, name: string): Activity {
    const node = new SimNode(place, (callback) => void this.scheduler.after(0, callback));
    const clock = new SimClock(this.scheduler, node);
    return { name, world: this, node, clock, random: this.random.child(`activity ${place}`) };
  }

  /** For how long something may be on its way that nobody sees, in milliseconds: what was lost is given up late. */
  get unseenMs(): number {
    return LOSSES.some((kind) => kind in this.struck) ? UNSEEN_LOST_MS : UNSEEN_MS;
  }

  /** Faults strike where something happens: in between they would only delay what is awaited. */
  strikeOnly(whileActive: boolean): void {
    if (!this.isCalm) this.faults = whileActive ? this.wild : CALM;
  }

  override calm(): void {
    this.isCalm = true;
    super.calm();
  }

  override count(fault: string): void {
    super.count(fault);
    const words = FAULT_WORDS[fault as FaultKind];
    if (words) this.trace.add('', `! ${words}`);
  }
}
