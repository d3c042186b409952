import type { Slot } from '../chaos.js';
import type { SimNode } from './sim-node.js';
import type { SimProcess } from './sim-process.js';
import type { SimWorker } from './sim-worker.js';

/** Where an engine's process stands, one after the other. */
export class EngineSlot implements Slot {
  process!: SimProcess;

  constructor(private readonly make: () => SimProcess) {
    this.restart();
  }

  get node(): SimNode {
    return this.process.node;
  }

  crash(): void {
    this.process.crash();
  }

  restart(): void {
    const process = this.make();
    this.process = process;
    process.start().catch((error: unknown) => void process.world.errors.push(error));
  }
}

/** Where a worker stands, one after the other. */
export class WorkerSlot implements Slot {
  readonly process = undefined;
  private worker!: SimWorker;

  constructor(private readonly make: () => SimWorker) {
    this.restart();
  }

  get node(): SimNode {
    return this.worker.node;
  }

  crash(): void {
    this.worker.crash();
  }

  restart(): void {
    this.worker = this.make();
    this.worker.start();
  }
}
