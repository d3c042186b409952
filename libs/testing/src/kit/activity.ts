import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../kernel/random.js';
import type { SimClock } from '../world/sim-clock.js';
import type { SimNode } from '../world/sim-node.js';
import type { KitWorld } from './kit-world.js';

/** A piece of the user's code under way in a simulation: the test itself, or an attempt of a handler. */
export interface Activity {
  /** What it is, for people. */
  readonly name: string;
  readonly world: KitWorld;
  /** The machine that it runs on, and dies with. */
  readonly node: SimNode;
  readonly clock: SimClock;
  readonly random: Random;
}

const activities = new AsyncLocalStorage<Activity | undefined>();

/** The activity that the code under way belongs to; none outside of a simulation, and in work that is real. */
export function currentActivity(): Activity | undefined {
  return activities.getStore();
}

/** Does some work as part of an activity, or of none. */
export function within<T>(activity: Activity | undefined, work: () => T): T {
  return activities.run(activity, work);
}

/** Waits in simulated time; on a machine that died, for ever. */
export function waitIn({ world, clock }: Activity, ms: number): Promise<void> {
  return new Promise((resolve) => void world.waits.after(clock, ms, resolve));
}
