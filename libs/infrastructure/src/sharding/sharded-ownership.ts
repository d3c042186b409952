import { Ownership } from '@orrery/application';
import { ByShard, type ShardPort } from './by-shard.js';

/** The partitions that a process owns in several databases, each of which gives out its own. */
export class ShardedOwnership extends Ownership {
  private readonly owners: ByShard<Ownership>;
  /** Counted when it changes: it is asked for with every command. */
  private held: ReadonlySet<number> = new Set();

  constructor(shards: readonly ShardPort<Ownership>[], partitions: number) {
    super();
    this.owners = new ByShard(shards, partitions);
  }

  override async start(onChange: (owned: ReadonlySet<number>) => void | Promise<void>): Promise<void> {
    const changed = () => {
      this.held = new Set(this.owners.all.flatMap((owner) => [...owner.owned()]));
      return onChange(this.held);
    };
    await Promise.all(this.owners.all.map((owner) => owner.start(changed)));
  }

  override owned(): ReadonlySet<number> {
    return this.held;
  }

  override trusted(partition?: number): boolean {
    if (partition !== undefined) return this.owners.at(partition).trusted();
    return this.owners.all.every((owner) => owner.trusted());
  }

  override async confirm(): Promise<boolean> {
    const confirmed = await Promise.all(this.owners.all.map((owner) => owner.confirm()));
    return confirmed.every(Boolean);
  }

  override async release(): Promise<void> {
    await Promise.all(this.owners.all.map((owner) => owner.release()));
  }
}
