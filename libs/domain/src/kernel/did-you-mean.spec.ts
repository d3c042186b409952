import { describe, expect, test } from '@jest/globals';
import { didYouMean, suggester } from './did-you-mean.js';

describe('the name that was meant', () => {
  const suggest = suggester(['dependsOn', 'when', 'input', 'output', 'optional']);

  test.each([
    ['dependson', 'dependsOn'],
    ['depndsOn', 'dependsOn'],
    ['dependsOnn', 'dependsOn'],
    ['dpeendsOn', 'dependsOn'],
    ['depend', undefined],
    ['wehn', 'when'],
    ['wxyn', undefined],
    ['inputs', 'input'],
    ['uotput', 'output'],
    ['', undefined],
    ['x'.repeat(1_000), undefined],
  ])('of %j is %j', (wrong, meant) => {
    expect(suggest(wrong)).toBe(meant);
  });

  test('is the nearest, and the first of the nearest', () => {
    expect(suggester(['abcdxx', 'abcdex', 'abcdey'])('abcdef')).toBe('abcdex');
  });

  test('is looked for only so long', () => {
    const names = Array.from({ length: 30_000 }, (_, index) => `task-number-${index}`);
    const tired = suggester(names);
    expect(tired('task-numbre-0')).toBe('task-number-0');
    for (let times = 0; times < 3; times++) tired('task-numbre-29999');
    expect(tired('task-numbre-0')).toBeUndefined();
  });

  test('is asked about, where there is one', () => {
    expect([didYouMean('when'), didYouMean(undefined)]).toEqual([' (did you mean "when"?)', '']);
  });
});
