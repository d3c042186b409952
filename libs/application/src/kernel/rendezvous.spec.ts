import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOf } from './rendezvous.js';

const engines = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 8 });

describe('shareOf', () => {
  it('gives each partition to exactly one of those who live', () => {
    fc.assert(
      fc.property(engines, fc.integer({ min: 1, max: 64 }), (live, partitions) => {
        const shares = live.flatMap((engine) => [...shareOf(engine, live, partitions)]);
        expect(shares.sort((a, b) => a - b)).toEqual(Array.from({ length: partitions }, (_, partition) => partition));
      }),
    );
  });

  it('moves only the partitions of the one who leaves', () => {
    fc.assert(
      fc.property(engines, fc.uuid(), (live, leaving) => {
        for (const engine of live) {
          const before = shareOf(engine, [...live, leaving], 16);
          const after = shareOf(engine, live, 16);
          if (engine !== leaving) expect([...before].every((partition) => after.has(partition))).toBe(true);
        }
      }),
    );
  });

  it('shares fairly on the whole', () => {
    const live = ['a', 'b', 'c', 'd'];
    for (const engine of live) {
      const { size } = shareOf(engine, live, 1_000);
      expect(size).toBeGreaterThan(200);
      expect(size).toBeLessThan(300);
    }
  });
});
