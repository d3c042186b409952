import type { StreamKey } from './log.js';

/** A stream's state at a version. It may be lost, or be older than the stream: the rest is folded. */
export interface Snapshot extends StreamKey {
  readonly version: number;
  /** The decider's state version, and for a run the hash of its plan: a snapshot of any other is ignored. */
  readonly schema: string;
  /** The state as JSON text. */
  readonly state: string;
  /** The chain hash of the commit that ends at `version`. */
  readonly hash: Uint8Array;
}

export abstract class Snapshots {
  /** The snapshots of these streams, by `keyOf`; a stream without one is missing. One read for all. */
  abstract load(keys: readonly StreamKey[]): Promise<ReadonlyMap<string, Snapshot>>;
  /** Keeps these; one that is older than what is kept is passed over. */
  abstract save(snapshots: readonly Snapshot[]): Promise<void>;
  /** Removes those of these streams. */
  abstract remove(keys: readonly StreamKey[]): Promise<void>;
}
