import type { PartitionCursor } from './envelope.js';
import type { Cursor } from './ports/log.js';

/** A page of a list: newest first, with where the next page begins, and the checkpoints its rows were read at. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; to be sent back for the next page. */
  readonly nextCursor: string | null;
  /** The view's checkpoints of the partitions that were asked for, in the same snapshot as the rows. */
  readonly checkpoints: ReadonlyMap<number, Cursor>;
}

/** What the reader of a view wants to know of how new it is. */
export interface NewnessRequest {
  /** The partitions whose checkpoints the reader wants to know. */
  readonly partitions?: readonly number[];
  /** Places of these partitions that are to be reached: who can choose between copies of a view chooses by it. */
  readonly atLeast?: readonly PartitionCursor[];
}

export interface PageRequest extends NewnessRequest {
  /** At most 100. */
  readonly limit: number;
  readonly cursor?: string;
}
