import { Random } from '../kernel/random.js';
import { withUncaught } from '../kernel/traps.js';
import { type Activity, within } from './activity.js';
import { Cluster } from './cluster.js';
import { KitCalls } from './engine-client.js';
import { PromiseBroken, Stuck } from './failures.js';
import type { UserHandlers } from './handlers.js';
import { brokenPromises } from './invariants.js';
import { type FaultName, faultsOfSeed } from './kit-faults.js';
import { KitWorld } from './kit-world.js';
import { SimulatedOrrery } from './simulated-orrery.js';
import { Stillness } from './stillness.js';
import { clockTime } from './trace.js';

/** For how long things may go wrong, skipped time not counted, in milliseconds. */
const SAFETY_MS = 60_000;
/** How long the lists have to follow at the end, at most. */
const SETTLE_MAX_MS = 60_000;
/** A simulation that takes more is not going to end. */
const STEPS_MAX = 1_000_000;
/** How long a test may do real work that is not known of, where nothing is to happen: a file that it loads. */
const REAL_GRACE_MS = 500;

/** What a test does with a simulated Orrery. */
export type SimulatedTest = (orrery: SimulatedOrrery) => unknown;

const realNow = performance.now.bind(performance);
const realTurn = setImmediate;

/** Every promise that can settle has settled by the next turn of the real event loop. */
const turn = () => new Promise<void>((resolve) => void realTurn(resolve));

/** One seed: a world, the test in it, and whether both kept what they promise. */
export class OneSeed {
  readonly world: KitWorld;
  private readonly test: Activity;
  private readonly calls: KitCalls;
  private readonly orrery: SimulatedOrrery;
  private handlers!: UserHandlers;
  /** The machines; none as long as nothing was asked of them. */
  private cluster: Cluster | undefined;
  private stillness: Stillness | undefined;
  private skippedMs = 0;

  constructor(
    readonly seed: number,
    faults: readonly FaultName[],
  ) {
    const random = new Random(seed);
    this.world = new KitWorld(random.child('world'), faultsOfSeed(faults, random.child('faults')));
    const test = this.world.activity('test', 'the test');
    this.calls = new KitCalls(test, () => (this.cluster ??= this.start()).ready);
    this.orrery = new SimulatedOrrery(seed, {
      test,
      calls: this.calls,
      onHandlers: (handlers) => (this.handlers = handlers),
      haveStarted: () => this.cluster !== undefined,
    });
    this.test = test;
  }

  /** Throws what the test throws, or what nobody caught; `Stuck`, `RealWorldUsed`, or `PromiseBroken`. */
  async run(test: SimulatedTest): Promise<void> {
    const { world } = this;
    try {
      await withUncaught(
        (error) => (world.uncaught ??= { error }),
        () => this.play(test),
      );
    } catch (error) {
      world.trace.add('test', `fails: ${String(error).split('\n')[0]}`);
      throw error;
    } finally {
      world.trace.follow(world.database.store.committed);
      await world.trace.learn(world.plans);
    }
  }

  private start(): Cluster {
    const { world } = this;
    // The machines are nobody's activity.
    return within(undefined, () => {
      const cluster = new Cluster(world, this.handlers, world.random.child('cluster'));
      this.stillness = new Stillness(world, cluster, () => this.calls.isAsking);
      return cluster;
    });
  }

  private async play(test: SimulatedTest): Promise<void> {
    let isOver = false;
    const body = within(this.test, async () => test(this.orrery)).finally(() => (isOver = true));
    // Whatever ends this first, the test's own error is looked at below.
    body.catch(() => undefined);
    await turn();
    while (!isOver) await this.next(() => isOver);
    await body;
    this.mustBeSound();
    this.calm();
    await this.settle();
    this.mustBeSound();
  }

  private mustBeSound(): void {
    const { uncaught, misuse } = this.world;
    if (uncaught) throw uncaught.error;
    if (misuse) throw misuse;
  }

  /** The next thing happens; where nothing is to happen before a time, it is skipped. */
  private async next(isOver: () => boolean): Promise<void> {
    const { world, stillness } = this;
    if (world.trace.follow(world.database.store.committed)) stillness?.disturbed();
    world.strikeOnly(stillness?.isActive ?? true);
    if (world.scheduler.steps > STEPS_MAX) throw await this.stuck(`it is not over after ${STEPS_MAX} steps`);
    if (this.activeMs > SAFETY_MS) this.calm();
    await this.goOn(isOver);
    await world.real.settled();
    this.mustBeSound();
  }

  private async goOn(isOver: () => boolean): Promise<void> {
    const { scheduler, trace, waits } = this.world;
    // Before there are machines, there is only the test.
    const alone = waits.first === undefined ? 'nothing' : 'more';
    const outlook = this.stillness ? await this.stillness.outlook() : alone;
    if (outlook === 'nothing') {
      if (!(await this.graceFor(isOver)))
        throw await this.stuck('nothing is to happen any more, and the test is not over');
    } else if (outlook === 'more') {
      await scheduler.step();
    } else {
      this.skippedMs += outlook.until - scheduler.now;
      if (outlook.until - scheduler.now > 1_000)
        trace.add('', `» ${clockTime(outlook.until - scheduler.now)} in which nothing happens`);
      scheduler.skipTo(outlook.until);
      this.cluster?.beatMeanwhile();
      this.stillness?.disturbed();
      await scheduler.step();
    }
  }

  /** The test may be loading something, as programs do. */
  private async graceFor(isOver: () => boolean): Promise<boolean> {
    const { world } = this;
    const planned = world.scheduler.planned;
    const until = realNow() + REAL_GRACE_MS;
    while (realNow() < until) {
      if (isOver() || world.misuse || world.uncaught || world.scheduler.planned > planned) return true;
      await turn();
    }
    return false;
  }

  private get activeMs(): number {
    const { scheduler } = this.world;
    return scheduler.now - scheduler.startedAt - this.skippedMs;
  }

  private calm(): void {
    this.cluster?.calm();
    this.world.calm();
  }

  /** The test is over: what is recorded is looked at when it has come to rest, whatever goes on. */
  private async settle(): Promise<void> {
    const { world, cluster } = this;
    if (!cluster) return;
    const { scheduler, trace, database } = world;
    const bound = scheduler.now + SETTLE_MAX_MS;
    let restedAt = scheduler.now;
    while (scheduler.now < restedAt + world.unseenMs && scheduler.now < bound) {
      await scheduler.step();
      if (trace.follow(database.store.committed) || !cluster.isWell) restedAt = scheduler.now;
    }
    const isSettled = scheduler.now < bound;
    const { made, types } = cluster.handlers;
    const violations = await brokenPromises(world, { made, types, isSettled });
    if (violations.length === 0) return;
    const told = violations.map(({ invariant, where, what }) => `${invariant} ${where}: ${what}`);
    throw new PromiseBroken(['the engine did not keep its promises; this is a bug in Orrery', ...told].join('\n'));
  }

  private async stuck(why: string): Promise<Stuck> {
    return new Stuck(why, (await this.stillness?.reasons()) ?? []);
  }
}
