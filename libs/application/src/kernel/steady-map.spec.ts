import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SteadyMap } from './steady-map.js';

const key = fc.integer({ min: 0, max: 20 });
const steps = fc.array(fc.oneof(fc.record({ set: key, value: fc.nat() }), fc.record({ delete: key })), {
  maxLength: 200,
});

describe('SteadyMap', () => {
  it('holds what a map holds', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [steady, map] = [new SteadyMap<number, { readonly value: number }>(), new Map<number, object>()];
        for (const step of all) {
          if ('set' in step) {
            const value = { value: step.value };
            steady.set(step.set, value);
            map.set(step.set, value);
          } else expect(steady.delete(step.delete)).toBe(map.delete(step.delete));
          expect(steady.size).toBe(map.size);
        }
        for (let each = 0; each <= 20; each++) expect(steady.get(each)).toBe(map.get(each));
        expect(new Map(steady)).toEqual(map);
        expect(new Set(steady.values())).toEqual(new Set(map.values()));
      }),
    );
  });

  it('keeps few of the places whose entries are gone, and every entry there is', () => {
    const map = new SteadyMap<number, object>();
    const kept = {};
    map.set(-1, kept);
    for (let each = 0; each < 100_000; each++) {
      map.set(each, {});
      map.delete(each);
    }
    expect([...map]).toEqual([[-1, kept]]);
    expect((map as unknown as { places: Map<number, unknown> }).places.size).toBeLessThan(2_000);
  });
});
