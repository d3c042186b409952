import type { Random } from '../kernel/random.js';

const TYPES = ['work', 'undo'] as const;

/** Of what there is how many in a seed. */
export interface Members {
  readonly engines: number;
  readonly workers: number;
}

/** How much there is of something in a seed: what is small is full soon, and cut off often, and over soon. */
export interface Sizes {
  /** How long things may go wrong, in simulated milliseconds. */
  readonly troubleMs: number;
  /** How many runs each client starts. */
  readonly runsEach: number;
  /** How many partitions the log has: where there are few, what several engines write lies close together. */
  readonly partitions: number;
  /** How many commits a page of the log has at most. */
  readonly pageCommits: number;
  /** How many attempts an engine's own worker does at a time. */
  readonly concurrency: number;
  /**
   * The types of tasks that the engine at this place has handlers for: the first one for all, any other one maybe not. One
   * that is alone may leave some to workers; among several nobody can say which of them a worker is connected to.
   */
  typesAt(engine: number, of: Members): readonly string[];
}

export function sizes(random: Random): Sizes {
  return {
    troubleMs: random.pick([2_000, 4_000, 18_000]),
    runsEach: random.pick([1, 1, 3]),
    partitions: random.pick([2, 8]),
    pageCommits: random.pick([1, 3, 20, 2_000]),
    concurrency: random.pick([2, 5, 20]),
    typesAt: (engine, { engines, workers }) => {
      const lacks = random.child(`engine ${engine}`);
      const hasAll = engine === 0 && (engines > 1 || workers === 0);
      return hasAll ? TYPES : TYPES.filter(() => lacks.chance(0.8));
    },
  };
}
