import { type Snapshot, Snapshots, type StreamKey } from '@orrery/application';
import { ByShard, type ShardPort, fromEach, inEach } from './by-shard.js';

/** Snapshots, each beside its stream. */
export class ShardedSnapshots extends Snapshots {
  private readonly stores: ByShard<Snapshots>;

  constructor(shards: readonly ShardPort<Snapshots>[], partitions: number) {
    super();
    this.stores = new ByShard(shards, partitions);
  }

  override async load(keys: readonly StreamKey[]): Promise<ReadonlyMap<string, Snapshot>> {
    return new Map(await fromEach(this.stores.streams(keys), (store, some) => store.load(some)));
  }

  override save(snapshots: readonly Snapshot[]): Promise<void> {
    return inEach(this.stores.streams(snapshots), (store, some) => store.save(some));
  }

  override remove(keys: readonly StreamKey[]): Promise<void> {
    return inEach(this.stores.streams(keys), (store, some) => store.remove(some));
  }
}
