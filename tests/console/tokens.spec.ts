import { describe, expect, it } from '@jest/globals';
import { read } from '../docs/support/documents.js';
import { type Colour, contrast, tokensOf } from './support/colours.js';

const [light, dark] = tokensOf(read('apps/console/src/design/tokens.css'));
const THEMES = { light: light!, dark: dark! };

const GROUNDS = ['ground', 'surface', 'raised', 'hover'];
const WORDS = ['text', 'text-soft', 'text-faint', 'accent', 'idle', 'active', 'done', 'failed', 'undone'];
/** WCAG 2.2 AA: of words, and of what has to be told apart by its edge. */
const AA = { words: 4.5, edges: 3 };

const told = (theme: keyof typeof THEMES, name: string): Colour => {
  const colour = THEMES[theme].get(name);
  if (!colour) throw new Error(`There is no colour --${name}`);
  return colour;
};

describe.each(['light', 'dark'] as const)('The %s theme', (theme) => {
  it.each(WORDS.flatMap((word) => GROUNDS.map((ground) => [word, ground] as const)))(
    'can be read: %s on %s',
    (word, ground) => {
      expect(contrast(told(theme, word), told(theme, ground))).toBeGreaterThanOrEqual(AA.words);
    },
  );

  it.each([
    ['on-accent', 'accent-fill'],
    ['on-failed', 'failed'],
    ['accent', 'accent-soft'],
    ['text', 'accent-soft'],
    ['text-soft', 'accent-soft'],
    ['text-soft', 'sunken'],
    ['text', 'failed-soft'],
    ['text-faint', 'failed-soft'],
  ])('can be read: %s on %s', (word, ground) => {
    expect(contrast(told(theme, word), told(theme, ground))).toBeGreaterThanOrEqual(AA.words);
  });

  it.each(['ground', 'surface', 'raised'])('has fields with edges that are seen on %s', (ground) => {
    expect(contrast(told(theme, 'hairline-strong'), told(theme, ground))).toBeGreaterThanOrEqual(AA.edges);
  });
});
