import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keysOf, pointerTo } from './json-pointer.js';

describe('a JSON pointer', () => {
  test('names a member', () => {
    expect(pointerTo('', 'tasks')).toBe('/tasks');
    expect(pointerTo('/list', 0)).toBe('/list/0');
    expect(pointerTo('/a', 'b/c~d')).toBe('/a/b~1c~0d');
  });

  test('names the keys on the way', () => {
    expect(keysOf('')).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.string()), (keys) => {
        expect(keysOf(keys.reduce(pointerTo, ''))).toEqual(keys);
      }),
    );
  });
});
