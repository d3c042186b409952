import { Chaos, type Slot } from '../chaos.js';
import type { Random } from '../kernel/random.js';
import { SimProcess } from '../world/sim-process.js';
import { SimWorker } from '../world/sim-worker.js';
import { EngineSlot, WorkerSlot } from '../world/slots.js';
import { KitHandlers, type Machine, type UserHandlers } from './handlers.js';
import type { KitWorld } from './kit-world.js';

/** The machines of a seed: engines with handlers beside them, workers on machines of their own, and what breaks them. */
export class Cluster {
  readonly handlers: KitHandlers;
  private readonly engines: SimProcess[] = [];
  private readonly slots: Slot[] = [];
  private readonly births = new Map<string, number>();
  private readonly chaos: Chaos;

  constructor(
    private readonly world: KitWorld,
    private readonly user: UserHandlers,
    private readonly random: Random,
  ) {
    this.handlers = new KitHandlers(world, user);
    const [engines, workers] = [random.between(1, 2), user.types.length === 0 ? 0 : random.below(3)];
    for (let index = 1; index <= engines; index += 1) this.slots.push(this.engineSlot(index));
    for (let index = 1; index <= workers; index += 1) this.slots.push(this.workerSlot(index));
    this.chaos = new Chaos(world, this.slots);
    this.chaos.start();
  }

  /** The engines that answer. */
  get ready(): readonly SimProcess[] {
    return this.engines.filter(({ isReady }) => isReady);
  }

  /** Whether everything is there, goes on, and can be reached. */
  get isWell(): boolean {
    return this.slots.every(({ node, process }) => {
      const answers = !process || (process.isReady && !process.link.isCut);
      return node.isAlive && !node.isPaused && answers;
    });
  }

  /** When attempts that want heartbeats are overdue, in the time of the world. */
  get heartbeatsDue(): readonly number[] {
    const { scheduler } = this.world;
    return this.leases.flatMap(({ lease, clock }) =>
      lease.heartbeatMs === null ? [] : lease.heartbeatAt + lease.heartbeatMs + 1 - (clock.now() - scheduler.now),
    );
  }

  /** Time was skipped, in which everybody has gone on to say that he lives. */
  beatMeanwhile(): void {
    for (const { lease, clock } of this.leases) lease.beatAt = clock.now();
  }

  private get leases() {
    return this.ready.flatMap(({ orchestration: { dispatcher }, clock }) =>
      [...dispatcher.leases.all()].map((lease) => ({ lease, clock })),
    );
  }

  hasHandler(type: string): boolean {
    return this.user.types.includes(type);
  }

  /** From here on nothing goes wrong any more. */
  calm(): void {
    this.chaos.stop();
  }

  private engineSlot(index: number): Slot {
    const slot = new EngineSlot(() => {
      const name = this.born(`engine-${index}`);
      const machine = (): Machine => ({ node: process.node, clock: process.clock, crash: () => this.strike(told) });
      const process: SimProcess = new SimProcess(this.world, name, this.handlers.on(name, machine));
      return (this.engines[index - 1] = process);
    });
    const told = this.told(slot);
    return told;
  }

  private workerSlot(index: number): Slot {
    const slot = new WorkerSlot(() => {
      const name = this.born(`worker-${index}`);
      const machine = (): Machine => ({ node: worker.node, clock: worker.clock, crash: () => this.strike(told) });
      const handlers = this.handlers.on(name, machine);
      const worker: SimWorker = new SimWorker(this.world, name, { handlers, engines: () => this.ready });
      return worker;
    });
    const told = this.told(slot);
    return told;
  }

  /** Dies now, and is replaced after a while. */
  private strike(slot: Slot): void {
    slot.crash();
    this.world.scheduler.after(this.random.between(...this.world.faults.crashedMs), () => slot.restart());
  }

  /** Each that takes the place of one that died has a name of its own. */
  private born(place: string): string {
    const birth = (this.births.get(place) ?? 0) + 1;
    this.births.set(place, birth);
    const name = birth === 1 ? place : `${place}.${birth}`;
    this.world.trace.add(name, 'starts');
    return name;
  }

  /** The slot, whose crashes are written down. */
  private told(slot: Slot): Slot {
    const { trace } = this.world;
    return {
      get node() {
        return slot.node;
      },
      get process() {
        return slot.process;
      },
      crash: () => {
        trace.add(slot.node.name, 'x crashes');
        slot.crash();
      },
      restart: () => slot.restart(),
    };
  }
}
