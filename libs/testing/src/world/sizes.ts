import type { Random } from '../kernel/random.js';

const TYPES = ['work', 'undo'] as const;

/** How much there is of something in a seed: what is small is full soon, and cut off often, and over soon. */
export interface Sizes {
  /** How long things may go wrong, in simulated milliseconds. */
  readonly troubleMs: number;
  /** How many runs each client starts. */
  readonly runsEach: number;
  /** How many commits a page of the log has at most. */
  readonly pageCommits: number;
  /** How many attempts an engine's own worker does at a time. */
  readonly concurrency: number;
  /** The types of tasks that the engine at this place has handlers for: the first one for all, any other one maybe not. */
  typesAt(engine: number): readonly string[];
}

export function sizes(random: Random): Sizes {
  return {
    troubleMs: random.pick([2_000, 4_000, 18_000]),
    runsEach: random.pick([1, 1, 3]),
    pageCommits: random.pick([3, 20, 2_000]),
    concurrency: random.pick([2, 5, 20]),
    typesAt: (engine) => {
      const lacks = random.child(`engine ${engine}`);
      return engine === 0 ? TYPES : TYPES.filter(() => lacks.chance(0.8));
    },
  };
}
