import { Unavailable } from '@orrery/domain';
import type { Random } from '../kernel/random.js';
import type { SimClock } from './sim-clock.js';
import type { SimNode } from './sim-node.js';
import type { SimProcess } from './sim-process.js';
import type { SimWorld } from './sim-world.js';

const ANSWER_MS = 5_000;

/** Who asks: where, by which clock, and with what chance. */
export interface Asker {
  readonly node: SimNode;
  readonly clock: SimClock;
  readonly random: Random;
}

/** The way from a client to an engine and back: either way may be lost, and whoever was asked may die over it. */
export class Exchange {
  constructor(
    private readonly world: SimWorld,
    private readonly asker: Asker,
  ) {}

  ask<T>(engine: SimProcess, work: () => Promise<T>): Promise<T> {
    const { scheduler } = this.world;
    const { node, clock } = this.asker;
    return new Promise((resolve, reject) => {
      clock.after(ANSWER_MS, () => reject(new Unavailable('request.lost', 'no answer came')));
      const back = (tell: () => void) => {
        if (this.isLost()) return;
        scheduler.after(this.latency(), () => node.enter(tell));
      };
      if (this.isLost()) return;
      scheduler.after(this.latency(), () =>
        engine.node.enter(() => {
          work().then(
            (answer) => back(() => resolve(answer)),
            (error: unknown) => back(() => reject(error as Error)),
          );
        }),
      );
    });
  }

  private isLost(): boolean {
    if (!this.asker.random.chance(this.world.faults.messageLost)) return false;
    this.world.count('messageLost');
    return true;
  }

  private latency(): number {
    return this.asker.random.between(...this.world.faults.latencyMs);
  }
}
