import { withTraps } from './kernel/traps.js';
import { type Outcome, Simulation } from './simulation.js';

/** Runs a seed, to its end or so many steps far, where whatever could not be had again throws. */
export function simulate(seed: number, until?: number): Promise<Outcome> {
  return withTraps(() => new Simulation(seed).run(until));
}
