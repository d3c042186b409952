import { MemorySnapshots } from '../snapshots/memory-snapshots.js';
import { snapshotsContract } from '../snapshots/snapshots.contract.js';
import { ShardedSnapshots } from './sharded-snapshots.js';

snapshotsContract('ShardedSnapshots', async () => {
  const shards = [[0, 2], [1]].map((some) => ({ partitions: new Set(some), port: new MemorySnapshots() }));
  return { snapshots: new ShardedSnapshots(shards, 3), close: async () => undefined };
});
