import type { Random } from '../kernel/random.js';

const TYPES = ['work', 'undo'] as const;

/** How much there is of something in a seed: what is small is full soon, and cut off often. */
export interface Sizes {
  /** How many commits a page of the log has at most. */
  readonly pageCommits: number;
  /** How many attempts an engine's own worker does at a time. */
  readonly concurrency: number;
  /** The types of tasks that the engine at this place has handlers for: the first one for all, any other one maybe not. */
  typesAt(engine: number): readonly string[];
}

export function sizes(random: Random): Sizes {
  return {
    pageCommits: random.pick([3, 20, 2_000]),
    concurrency: random.pick([2, 5, 20]),
    typesAt: (engine) => {
      const lacks = random.child(`engine ${engine}`);
      return engine === 0 ? TYPES : TYPES.filter(() => lacks.chance(0.8));
    },
  };
}
