import type { Place } from '@orrery/application';
import type { Places } from './places.js';

/** Where a value stands in its text, in characters. */
export interface Span {
  /** Where its key begins, if it has one, else where it does. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  /** What a text says, without its quotes and escapes. */
  readonly text?: string;
}

/** Finds the place of what a JSON pointer names; `spans` are made when the first place is asked for. */
export function locator(places: Places, spans: () => ReadonlyMap<string, Span>) {
  let known: ReadonlyMap<string, Span> | undefined;
  return (pointer: string, offset?: number): Place => {
    known ??= spans();
    const exact = known.get(pointer);
    if (exact?.text !== undefined && offset !== undefined) {
      return places.at(inside(places.text, exact.text, exact, offset));
    }
    return places.at((exact ?? nearest(known, pointer)).at);
  };
}

/** What is around a value that is not there. The whole document always is. */
function nearest(spans: ReadonlyMap<string, Span>, pointer: string): Span {
  let around = pointer;
  let span: Span | undefined;
  while (!span) {
    around = around.slice(0, around.lastIndexOf('/'));
    span = spans.get(around);
  }
  return span;
}

/** The place of a character of a text: exact while the text stands there as it is, found by what follows it otherwise. */
function inside(document: string, text: string, { start, end }: Span, offset: number): number {
  const raw = document.slice(start, end);
  const quote = raw.startsWith('"') || raw.startsWith("'") ? 1 : 0;
  if (raw.startsWith(text.slice(0, offset), quote)) return start + quote + offset;
  const following = text.slice(offset, offset + 40).split('\n')[0]!;
  return start + Math.max(0, raw.indexOf(following));
}
