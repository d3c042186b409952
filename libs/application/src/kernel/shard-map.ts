import { score } from './rendezvous.js';

/** Which partitions each of several databases has, by its name. */
export type ShardMap = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * Shares the partitions out to databases, by consistent hashing with bounded loads: each partition goes to the database
 * that scores highest for it among those that have room, and each has room for as many as every other, or for one more.
 * Everybody comes to the same result from the same names, in whatever order. Without one of them its own partitions move,
 * and hardly any other.
 */
export function shardMap(names: readonly string[], partitions: number): ShardMap {
  const map = new Map([...names].sort().map((name) => [name, new Set<number>()]));
  const even = Math.floor(partitions / names.length);
  let uneven = partitions % names.length;
  for (let partition = 0; partition < partitions; partition += 1) {
    const open = [...map].filter(([, { size }]) => size < even || (size === even && uneven > 0));
    const scored = open.map(([name, taken]) => ({ taken, score: score(name, partition) }));
    const { taken } = scored.reduce((best, each) => (each.score > best.score ? each : best));
    if (taken.add(partition).size > even) uneven -= 1;
  }
  return map;
}
