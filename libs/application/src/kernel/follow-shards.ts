import type { Follow } from './follow.js';
import { type Cursor, type Log, START, type Shard } from './ports/log.js';

/** What follows the log: one follower, or one for each database. */
export type Following = Pick<Follow, 'follow' | 'poke' | 'checkpoint' | 'onMoved' | 'stop'>;

/** The followers of a log, or of each of those that it is made of, as one. */
export function following({ shards }: Log, follows: readonly Follow[]): Following {
  return shards ? new FollowShards(shards.map((shard, index) => ({ shard, follow: follows[index]! }))) : follows[0]!;
}

interface FollowedShard {
  readonly shard: Shard;
  readonly follow: Follow;
  /** The partitions that it was last told to follow. */
  followed?: string;
}

/**
 * A follower for each database, as if they were one. Several logs have no order together, so that each is followed in its
 * own, after checkpoints of its own.
 */
class FollowShards implements Following {
  constructor(private readonly parts: readonly FollowedShard[]) {}

  /** One whose partitions stay the same goes on undisturbed. */
  follow(partitions: ReadonlySet<number>): void {
    for (const part of this.parts) {
      const own = [...part.shard.partitions].filter((partition) => partitions.has(partition));
      if (part.followed === own.join()) continue;
      part.followed = own.join();
      part.follow.follow(new Set(own));
    }
  }

  poke(): void {
    for (const { follow } of this.parts) follow.poke();
  }

  checkpoint(partition: number): Cursor {
    const part = this.parts.find(({ shard }) => shard.partitions.has(partition));
    return part ? part.follow.checkpoint(partition) : START;
  }

  onMoved(callback: () => void): () => void {
    const ends = this.parts.map(({ follow }) => follow.onMoved(callback));
    return () => ends.forEach((end) => end());
  }

  async stop(): Promise<void> {
    await Promise.all(this.parts.map(({ follow }) => follow.stop()));
  }
}
