import { Failing } from './failure.js';
import { type Machine, spend } from './machine.js';

/** Begins a character that takes two units of a JavaScript string, as most emoji do. */
const OF_TWO_UNITS = /[\ud800-\udbff]/;

/** The characters of a text as `size` counts them, so that none is cut in half; a text of simple ones is its own list. */
export function charactersOf(machine: Machine, text: string): string | readonly string[] {
  spend(machine, text.length / 512);
  if (!OF_TWO_UNITS.test(text)) return text;
  spend(machine, text.length / 16);
  return [...text];
}

/** A place in a text as a number of characters, from 0 to all of them. */
export function placeIn({ length }: string | readonly string[], place: number | bigint): number {
  const index = Number(place);
  if (Number.isInteger(index) && index >= 0 && index <= length) return index;
  throw new Failing(`the text has ${length} characters, and no place ${place}`);
}

/** The characters from one place up to another. */
export function textBetween(characters: string | readonly string[], from: number, to?: number): string {
  const cut = characters.slice(from, to);
  return typeof cut === 'string' ? cut : cut.join('');
}
