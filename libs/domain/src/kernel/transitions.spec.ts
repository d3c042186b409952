import { describe, expect, test } from '@jest/globals';
import { type Transitions, become } from './transitions.js';

const DOOR: Transitions<'open' | 'shut' | 'broken'> = { open: ['shut'], shut: ['open', 'broken'], broken: [] };

describe('a status', () => {
  test('becomes what its table allows', () => {
    expect(become(DOOR, 'open', 'shut')).toBe('shut');
    expect(become(DOOR, 'shut', 'broken')).toBe('broken');
  });

  test.each([
    ['open', 'broken'],
    ['open', 'open'],
    ['broken', 'open'],
  ] as const)('does not go from %s to %s: that is a bug', (from, to) => {
    expect(() => become(DOOR, from, to)).toThrow(`a status cannot go from "${from}" to "${to}"`);
  });
});
