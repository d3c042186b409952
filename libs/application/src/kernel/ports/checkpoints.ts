import type { Cursor } from './log.js';

/** How far a follower has read, by partition. It moves by compare-and-set in the transaction of what it wrote. */
export abstract class Checkpoints {
  /** The checkpoints of a follower; a partition it has never read stands at `START`. */
  abstract load(follower: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>>;

  /** The place that every follower has passed, of the partitions that any has read. */
  abstract passedByAll(partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>>;

  /** Moves them on their own, for a follower that writes nothing. False: somebody else moved one; load again. */
  abstract move(
    follower: string,
    moves: readonly { readonly partition: number; readonly from: Cursor; readonly to: Cursor }[],
  ): Promise<boolean>;
}
