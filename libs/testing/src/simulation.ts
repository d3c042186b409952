import { createHash } from 'node:crypto';
import type { JsonObject } from '@orrery/domain';
import { type Violation, checkAll, isEnded } from './checks/check-all.js';
import { historiesOf } from './checks/history.js';
import { Chaos, type Slot } from './chaos.js';
import { Random } from './kernel/random.js';
import { withUncaught } from './kernel/traps.js';
import { type Execution, handlersOn } from './workload/handlers.js';
import { randomDefinition } from './workload/definitions.js';
import { SimClient } from './world/sim-client.js';
import { SimProcess } from './world/sim-process.js';
import { SimWorker } from './world/sim-worker.js';
import { SimWorld } from './world/sim-world.js';

/** How long things may go wrong, and how long everything then has to come to its end, in simulated milliseconds. */
const SAFETY_MS = 40_000;
const LIVENESS_MS = 600_000;
const LOOK_EVERY_STEPS = 200;
/** How long the lists then have to follow. */
const SETTLE_MS = 10_000;

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly runs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** SHA-256, in hex, over everything that was committed, and when. */
  readonly trace: string;
}

/** One seed: a world, what lives in it, what goes wrong in it, and whether it kept its promises. */
export class Simulation {
  readonly world: SimWorld;
  readonly executions: Execution[] = [];
  readonly definitions: JsonObject[];
  private readonly engines: SimProcess[] = [];
  private readonly slots: Slot[] = [];
  private readonly clients: SimClient[];
  private readonly random: Random;
  private born = 0;
  private registered = false;
  private quietSince: number | undefined;

  constructor(readonly seed: number) {
    this.random = new Random(seed);
    this.world = new SimWorld(this.random.child('world'));
    const workload = this.random.child('workload');
    const children = [randomDefinition(workload, 'child', [])];
    const parents = Array.from({ length: 4 }, (_, index) => randomDefinition(workload, `flow-${index}`, ['child']));
    this.definitions = [...children, ...parents];
    for (let index = 0; index < workload.between(1, 3); index += 1) this.slots.push(this.engineSlot(index));
    for (let index = 0; index < workload.between(0, 2); index += 1) this.slots.push(this.workerSlot());
    this.clients = ['ann', 'bob'].map((name) => new SimClient(this.world, name, () => this.engines));
  }

  async run(until = Infinity): Promise<Outcome> {
    const { scheduler, struck } = this.world;
    await withUncaught(
      (error) => this.world.errors.push(error),
      () => this.play(until),
    );
    const starts = this.clients.flatMap(({ intents }) => intents).filter(({ kind }) => kind === 'start');
    return {
      seed: this.seed,
      steps: scheduler.steps,
      simulatedMs: scheduler.now - scheduler.startedAt,
      runs: starts.length,
      faults: struck,
      // What was broken off may well be amid something.
      violations: scheduler.steps < until ? await checkAll(this.evidence()) : [],
      trace: this.trace(),
    };
  }

  /** First anything may go wrong, then nothing does, and everything has to come to its end. */
  private async play(until: number): Promise<void> {
    const { world } = this;
    const { scheduler } = world;
    const chaos = new Chaos(world, this.slots);
    this.live(chaos).catch((error: unknown) => void world.errors.push(error));
    while (scheduler.now < scheduler.startedAt + SAFETY_MS && scheduler.steps < until) await scheduler.step();
    chaos.stop();
    const bound = scheduler.now + LIVENESS_MS;
    while (scheduler.now < bound && scheduler.steps < until && !this.isOver()) {
      for (let step = 0; step < LOOK_EVERY_STEPS && scheduler.steps < until; step += 1) await scheduler.step();
    }
  }

  private async live(chaos: Chaos): Promise<void> {
    const [first] = this.clients;
    for (const definition of this.definitions) await first!.register(definition);
    chaos.start();
    const names = this.definitions.map(({ name }) => String(name)).filter((name) => name !== 'child');
    for (const client of this.clients) void client.live(6, names);
    this.registered = true;
  }

  private evidence() {
    const { world, executions, clients } = this;
    return { world, executions, intents: clients.flatMap(({ intents }) => intents) };
  }

  private isOver(): boolean {
    const { database } = this.world;
    const areDone = this.registered && this.clients.every(({ isDone }) => isDone);
    if (!areDone || !historiesOf(database).every(({ events }) => isEnded(events.map(({ event }) => event.type))))
      return false;
    // What has ended is in the lists a little later.
    this.quietSince ??= this.world.scheduler.now;
    return this.world.scheduler.now - this.quietSince >= SETTLE_MS;
  }

  private engineSlot(index: number): Slot {
    let process: SimProcess;
    const restart = () => {
      const name = `engine-${index}.${++this.born}`;
      const random = this.random.child(`handlers ${name}`);
      const handlers = handlersOn(name, {
        world: this.world,
        clock: () => process.clock,
        random,
        executions: this.executions,
      });
      process = new SimProcess(this.world, name, handlers);
      this.engines[index] = process;
      process.start().catch((error: unknown) => this.world.errors.push(error));
    };
    restart();
    return {
      get node() {
        return process.node;
      },
      get process() {
        return process;
      },
      crash: () => process.crash(),
      restart,
    };
  }

  private workerSlot(): Slot {
    let worker: SimWorker;
    const restart = () => {
      const name = `worker-${++this.born}`;
      const random = this.random.child(`handlers ${name}`);
      const handlers = handlersOn(name, {
        world: this.world,
        clock: () => worker.clock,
        random,
        executions: this.executions,
      });
      worker = new SimWorker(this.world, name, { handlers, engines: () => this.engines });
      worker.start();
    };
    restart();
    return {
      get node() {
        return worker.node;
      },
      process: undefined,
      crash: () => worker.crash(),
      restart,
    };
  }

  private trace(): string {
    const hash = createHash('sha256');
    for (const { stream, firstVersion, cursor, recordedAt, hash: chained } of this.world.database.store.committed) {
      hash
        .update(`${stream} ${firstVersion} ${cursor.transactionId} ${cursor.position} ${recordedAt}\n`)
        .update(chained);
    }
    return hash.update(`${this.world.scheduler.steps}`).digest('hex');
  }
}
