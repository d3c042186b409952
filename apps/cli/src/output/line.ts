import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Ink, Paint } from './style.js';

/** A piece of a line, and how it is drawn. */
export interface Piece {
  readonly text: string;
  readonly ink?: Ink;
}

/** A line as it is built: what it says first, how it looks only when it is printed. */
export type Line = readonly Piece[];

export const piece = (text: string, ink?: Ink): Piece => ({ text, ink });

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text from outside, so that it cannot move the cursor or ring the bell: it is one line and only says something. */
export function harmless(text: string): string {
  return withoutControls(stripVTControlCharacters(text).replace(/\s+/g, ' '));
}

/** The same of a line of a text, which keeps its blanks. */
export function harmlessLine(text: string): string {
  return withoutControls(stripVTControlCharacters(text).replaceAll('\t', '  '));
}

function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

/** The text in so many columns: cut with an ellipsis where it is longer. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** A line of at most so many columns, painted, without blanks at its end. */
export function printed(line: Line, columns: number, paint: Paint): string {
  const shown: Piece[] = [];
  let left = columns;
  for (const { text, ink } of line) {
    const part = left > 0 ? cut(text, left) : '';
    left -= widthOf(part);
    shown.push({ text: part, ink });
  }
  return trimmed(shown)
    .map(({ text, ink }) => (ink ? paint(ink, text) : text))
    .join('');
}

function trimmed(line: readonly Piece[]): readonly Piece[] {
  const last = line.findLastIndex(({ text }) => text.trim() !== '');
  const kept = line.slice(0, last + 1).filter(({ text }) => text !== '');
  return kept.map((each, at) => (at === kept.length - 1 ? { ...each, text: each.text.trimEnd() } : each));
}
