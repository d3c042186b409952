import type { Slot } from '../chaos.js';
import type { SimNode } from './sim-node.js';
import { SimSubscriber } from './sim-subscriber.js';
import type { SimWorld } from './sim-world.js';

/** Where a subscriber stands, one after the other: who comes goes on where the one before had come to. */
export class SubscriberSlot implements Slot {
  readonly process = undefined;
  private subscriber!: SimSubscriber;
  private born = 0;

  constructor(
    private readonly world: SimWorld,
    private readonly name: string,
  ) {
    this.restart();
  }

  get node(): SimNode {
    return this.subscriber.node;
  }

  crash(): void {
    this.subscriber.crash();
  }

  restart(): void {
    this.subscriber = new SimSubscriber(this.world, `${this.name}.${++this.born}`);
    this.subscriber.start();
  }
}
