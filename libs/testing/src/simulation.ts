import { createHash } from 'node:crypto';
import { type Clock, type TaskHandler, VIEWS_FOLLOWER, eventsOf, kindOfEvent } from '@orrery/application';
import { type JsonObject, ResumeWorkflow } from '@orrery/domain';
import { type Violation, checkAll, isEnded } from './checks/check-all.js';
import { checkOwnership } from './checks/check-ownership.js';
import { streamsOf } from './checks/history.js';
import { Chaos, type Slot } from './chaos.js';
import { Random } from './kernel/random.js';
import { withUncaught } from './kernel/traps.js';
import { type Execution, handlersOn } from './workload/handlers.js';
import { randomDefinitions } from './workload/definitions.js';
import { latePauses } from './workload/late-pauses.js';
import { type Intent, SimClient } from './world/sim-client.js';
import type { SimDatabase } from './world/sim-database.js';
import { SimProcess } from './world/sim-process.js';
import { SUBSCRIBER } from './world/sim-subscriber.js';
import { SimWorker } from './world/sim-worker.js';
import { SimWorld } from './world/sim-world.js';
import type { Members } from './world/sizes.js';
import { EngineSlot, WorkerSlot } from './world/slots.js';
import { SubscriberSlot } from './world/subscriber-slot.js';

/** How long everything has to come to its end once nothing goes wrong any more, in simulated milliseconds. */
const LIVENESS_MS = 200_000;
/** After so long nothing that was said before the faults stopped is still on its way. */
const LATE_MS = 20_000;
const LOOK_EVERY_STEPS = 50;
const FOLLOWERS = [VIEWS_FOLLOWER, SUBSCRIBER];
/** What goes round and round for ever is stuck, too. */
const STEPS_MAX = 50_000;
/** How long everybody who follows the log then has to come to its end. */
const FOLLOW_MS = 12_000;
/** And how long nothing may come after that. */
const STILL_MS = 1_000;

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
  readonly definitions: readonly JsonObject[];
  private readonly engines: SimProcess[] = [];
  private readonly slots: Slot[] = [];
  private readonly clients: SimClient[];
  private readonly random: Random;
  private born = 0;
  private registered = false;
  private doubleOwners: readonly Violation[] = [];

  constructor(readonly seed: number) {
    this.random = new Random(seed);
    this.world = new SimWorld(this.random.child('world'));
    const workload = this.random.child('workload');
    this.definitions = randomDefinitions(workload, 2);
    const members = { engines: workload.between(1, 3), workers: workload.between(0, 2) };
    for (let index = 0; index < members.engines; index += 1)
      this.slots.push(new EngineSlot(() => this.engine(index, members)));
    for (let index = 0; index < members.workers; index += 1) this.slots.push(new WorkerSlot(() => this.worker()));
    this.clients = ['ann', 'bob'].map((name) => new SimClient(this.world, name, () => this.engines));
    // Two that share one checkpoint, at times: one of them may stand still while the other goes on.
    for (let index = workload.between(1, 2); index > 0; index -= 1)
      this.slots.push(new SubscriberSlot(this.world, `subscriber-${index}`));
  }

  async run(until = Infinity): Promise<Outcome> {
    const { scheduler, struck } = this.world;
    await withUncaught(
      (error) => this.world.errors.push(error),
      () => this.play(until),
    );
    const starts = this.intents.filter(({ kind }) => kind === 'start');
    return {
      seed: this.seed,
      steps: scheduler.steps,
      simulatedMs: scheduler.now - scheduler.startedAt,
      runs: starts.length,
      faults: struck,
      // What was broken off may well be amid something.
      violations: scheduler.steps < until ? await this.judged() : [],
      trace: this.trace(),
    };
  }

  /** First anything may go wrong, then nothing does, and everything has to come to its end. */
  private async play(until: number): Promise<void> {
    const { world } = this;
    const { scheduler } = world;
    const most = Math.min(until, STEPS_MAX);
    const chaos = new Chaos(world, this.slots);
    this.live(chaos).catch((error: unknown) => void world.errors.push(error));
    const isOver = () => this.isOver();
    await this.until(scheduler.startedAt + world.sizes.troubleMs, most, isOver);
    chaos.stop();
    const end = scheduler.now + LIVENESS_MS;
    await this.until(scheduler.now + LATE_MS, most, isOver);
    this.resumeAfterLatePauses();
    await this.until(end, most, isOver);
    if (!isOver()) return;
    await this.until(scheduler.now + FOLLOW_MS, most, () => world.database.isFollowedBy(FOLLOWERS));
    await this.until(scheduler.now + STILL_MS, most);
  }

  /** Things happen until a moment comes, or so many steps were taken, or it is enough. */
  private async until(moment: number, most: number, isEnough = () => false): Promise<void> {
    const { scheduler } = this.world;
    while (scheduler.now < moment && scheduler.steps < most && !isEnough()) {
      const pause = Math.min(most, scheduler.steps + LOOK_EVERY_STEPS);
      while (scheduler.steps < pause && scheduler.now < moment) await scheduler.step();
      if (this.doubleOwners.length === 0) this.doubleOwners = checkOwnership(this.engines);
    }
  }

  private async live(chaos: Chaos): Promise<void> {
    const [first] = this.clients;
    for (const definition of this.definitions) await first!.register(definition);
    chaos.start();
    const names = this.definitions.map(({ name }) => String(name)).filter((name) => name !== 'child');
    for (const client of this.clients) void client.live(this.world.sizes.runsEach, names);
    this.registered = true;
  }

  private resumeAfterLatePauses(): void {
    const [client] = this.clients;
    for (const { key, workflow } of latePauses(streamsOf(this.world.database), this.intents)) {
      void client!.tell(`${key}, came late: resume`, workflow!, new ResumeWorkflow({}));
    }
  }

  private async judged(): Promise<readonly Violation[]> {
    const { world, executions, intents } = this;
    return [...(await checkAll({ world, executions, intents })), ...this.doubleOwners];
  }

  private get intents(): readonly Intent[] {
    return this.clients.flatMap(({ intents }) => intents);
  }

  private isOver(): boolean {
    const areDone = this.registered && this.clients.every(({ isDone }) => isDone);
    return areDone && areOver(this.world.database);
  }

  private engine(index: number, members: Members): SimProcess {
    const name = `engine-${index}.${++this.born}`;
    const types = this.world.sizes.typesAt(index, members);
    const handlers = this.handlersOf(name, () => process.clock);
    const process: SimProcess = new SimProcess(
      this.world,
      name,
      new Map([...handlers].filter(([type]) => types.includes(type))),
    );
    return (this.engines[index] = process);
  }

  private worker(): SimWorker {
    const name = `worker-${++this.born}`;
    const handlers = this.handlersOf(name, () => worker.clock);
    const worker: SimWorker = new SimWorker(this.world, name, { handlers, engines: () => this.engines });
    return worker;
  }

  private handlersOf(name: string, clock: () => Clock): ReadonlyMap<string, TaskHandler> {
    const { world, executions } = this;
    return handlersOn(name, { world, clock, random: this.random.child(`handlers ${name}`), executions });
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

/** Whether every run has come to its end: after it there is nothing in its stream. */
function areOver(database: SimDatabase): boolean {
  return streamsOf(database).every((commits) => {
    const types = eventsOf(commits.at(-1)!).map(({ event }) => event.type);
    return kindOfEvent(types[0]!) !== 'workflow' || isEnded(types);
  });
}
