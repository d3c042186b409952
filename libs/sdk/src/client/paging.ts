import type { Page } from './answers.js';
import type { CallOptions } from './http-connection.js';

/** What every read takes. */
export interface ReadOptions extends CallOptions {
  /** A position that a write answered: the answer is never older. */
  readonly atLeast?: string;
}

/** What every list takes. */
export interface ListOptions extends ReadOptions {
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** How many items a page has, at most 100. */
  readonly limit?: number;
}

/** Labels that a run must have, all of them; `true` is any value. */
export interface LabelFilter {
  readonly [name: string]: string | true;
}

/** The same as the API takes it. */
export function labelTexts(labels: LabelFilter): readonly string[] {
  return Object.entries(labels).map(([name, value]) => (value === true ? name : `${name}:${value}`));
}

/** The headers of a read. */
export function readHeaders({ atLeast }: ReadOptions): { readonly [name: string]: string | undefined } {
  return { 'orrery-position': atLeast };
}

/** The items of all pages, one after the other; a page is asked for when it is needed. */
export async function* allItems<Item>(
  list: (cursor: string | undefined) => Promise<Page<Item>>,
  cursor: string | undefined,
): AsyncGenerator<Item, void, undefined> {
  for (let at = cursor; ;) {
    const { items, nextCursor } = await list(at);
    yield* items;
    if (nextCursor === null) return;
    at = nextCursor;
  }
}
