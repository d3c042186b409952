import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StreamId } from '@orrery/domain';
import fc from 'fast-check';
import { partitionOf } from './partition.js';
import { shardMap } from './shard-map.js';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 12 });
const ofShards = (count: number) => Array.from({ length: count }, (_, shard) => `shard-${shard}`);

/** Where each partition is. */
function placesIn(map: ReturnType<typeof shardMap>): ReadonlyMap<number, string> {
  return new Map([...map].flatMap(([name, taken]) => [...taken].map((partition) => [partition, name] as const)));
}

describe('shardMap', () => {
  it('gives each partition to exactly one database, and to each as many as to any other, or one more', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 256 }), (databases, partitions) => {
        const shares = [...shardMap(databases, partitions).values()];
        const all = shares.flatMap((share) => [...share]).sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
        const sizes = shares.map(({ size }) => size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('comes to the same result in whatever order the names are given', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 64 }), (databases, partitions) => {
        const backwards = shardMap([...databases].reverse(), partitions);
        expect(placesIn(backwards)).toEqual(placesIn(shardMap(databases, partitions)));
      }),
    );
  });

  it('is the same in every release', () => {
    const map = shardMap(['east', 'west'], 16);
    expect([...map].map(([name, taken]) => [name, [...taken]])).toMatchInlineSnapshot(`
      [
        [
          "east",
          [
            0,
            1,
            2,
            4,
            5,
            8,
            12,
            13,
          ],
        ],
        [
          "west",
          [
            3,
            6,
            7,
            9,
            10,
            11,
            14,
            15,
          ],
        ],
      ]
    `);
  });

  it.each([2, 3, 8])('spreads ten thousand ids evenly over %i databases', (count) => {
    const ids = Array.from({ length: 10_000 }, () => randomUUID() as StreamId);
    for (const share of shardMap(ofShards(count), 240).values()) {
      const here = ids.filter((id) => share.has(partitionOf(id, 240))).length;
      // Five standard deviations of chance at most.
      const even = ids.length / count;
      expect(Math.abs(here - even)).toBeLessThan(5 * Math.sqrt(even));
    }
  });

  it.each([2, 3, 8])('moves the partitions of the one that leaves %i databases, and hardly any other', (count) => {
    const before = placesIn(shardMap(ofShards(count), 1_024));
    const after = placesIn(shardMap(ofShards(count - 1), 1_024));
    const stay = [...before].filter(([, name]) => name !== `shard-${count - 1}`);
    const moved = stay.filter(([partition, name]) => after.get(partition) !== name);
    expect(moved.length).toBeLessThan(0.05 * stay.length);
  });
});
