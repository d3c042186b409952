import { Checkpoints, type Cursor, type Move } from '@orrery/application';
import { ByShard, type ShardPort, fromEach } from './by-shard.js';

/** Checkpoints, each in the database whose partition it is of. */
export class ShardedCheckpoints extends Checkpoints {
  private readonly stores: ByShard<Checkpoints>;

  constructor(shards: readonly ShardPort<Checkpoints>[], partitions: number) {
    super();
    this.stores = new ByShard(shards, partitions);
  }

  override async load(follower: string, partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    const split = this.stores.partitions(partitions);
    return new Map(await fromEach(split, (store, some) => store.load(follower, some)));
  }

  override async passedByAll(partitions: readonly number[]): Promise<ReadonlyMap<number, Cursor>> {
    return new Map(await fromEach(this.stores.partitions(partitions), (store, some) => store.passedByAll(some)));
  }

  /** Whoever moves checkpoints follows one log: all of them are in one database. */
  override move(follower: string, moves: readonly Move[]): Promise<boolean> {
    const [first] = moves;
    return first ? this.stores.at(first.partition).move(follower, moves) : Promise.resolve(true);
  }
}
