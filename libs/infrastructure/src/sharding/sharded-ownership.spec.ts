import { describe, expect, it } from '@jest/globals';
import { MemoryOwnership } from '../ownership/memory-ownership.js';
import { ShardedOwnership } from './sharded-ownership.js';

const EVEN = new Set([0, 2]);
const ODD = new Set([1, 3]);
const sorted = (partitions: ReadonlySet<number>) => [...partitions].sort();

async function opened() {
  const [even, odd] = [new MemoryOwnership(EVEN), new MemoryOwnership(ODD)];
  const shards = [
    { partitions: EVEN, port: even },
    { partitions: ODD, port: odd },
  ];
  const told: number[][] = [];
  const ownership = new ShardedOwnership(shards, 4);
  await ownership.start((owned) => void told.push(sorted(owned)));
  return { even, odd, ownership, told };
}

describe('Ownership over several databases', () => {
  it('is what is owned in all of them', async () => {
    const { ownership, told } = await opened();
    expect(told.at(-1)).toEqual([0, 1, 2, 3]);
    expect(sorted(ownership.owned())).toEqual([0, 1, 2, 3]);
    await ownership.release();
    expect(told.at(-1)).toEqual([]);
  });

  it('of one that is lost leaves the others as they are', async () => {
    const { odd, ownership, told } = await opened();
    odd.lose();
    expect(told.at(-1)).toEqual([0, 2]);
    expect([0, 1, 2, 3].map((partition) => ownership.trusted(partition))).toEqual([true, false, true, false]);
    expect([ownership.trusted(), await ownership.confirm()]).toEqual([false, false]);
    await odd.regain();
    expect(told.at(-1)).toEqual([0, 1, 2, 3]);
    expect([ownership.trusted(), await ownership.confirm()]).toEqual([true, true]);
  });
});
