import { simulate } from '../simulate.js';
import type { PlantedFault } from './plant.js';

/** Whether a planted fault was found, and what that took. */
export interface Search {
  readonly fault: PlantedFault;
  /** The first seed that tells of it, counted from 0; nothing if none of them does. */
  readonly foundAt: number | undefined;
  /** The invariants that were broken at that seed. */
  readonly broken: readonly string[];
  readonly seeds: number;
  readonly steps: number;
}

/** Runs seed after seed with a fault in the product, until one breaks an invariant that is to tell of it. */
export function find(fault: PlantedFault, seedsMax: number): Promise<Search> {
  return fault.plant(async () => {
    let steps = 0;
    for (let seed = 0; seed < seedsMax; seed += 1) {
      const outcome = await simulate(seed);
      steps += outcome.steps;
      const broken = [...new Set(outcome.violations.map(({ invariant }) => invariant))].sort();
      if (broken.some((invariant) => fault.tellers.includes(invariant)))
        return { fault, foundAt: seed, broken, seeds: seed + 1, steps };
    }
    return { fault, foundAt: undefined, broken: [], seeds: seedsMax, steps };
  });
}
