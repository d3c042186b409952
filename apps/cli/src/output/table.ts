import { type Line, type Piece, harmless, pad, piece, widthOf } from './line.js';
import type { Ink } from './style.js';

/** One column of a table: its head, and what it says of an item. */
export interface Column<Item> {
  readonly head: string;
  readonly of: (item: Item) => string;
  readonly ink?: (item: Item) => Ink | undefined;
  readonly align?: 'right';
}

/** Items below each other, with a head; no head for an empty list. The widths are those of what is in it. */
export function tableLines<Item>(items: readonly Item[], columns: readonly Column<Item>[]): Line[] {
  if (items.length === 0) return [];
  const rows = items.map((item) => columns.map((column) => harmless(column.of(item))));
  const widths = columns.map(({ head }, at) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[at]!))));
  const fit = (text: string, at: number) => {
    const wide = widths[at]!;
    const padded = columns[at]!.align === 'right' ? ' '.repeat(wide - widthOf(text)) + text : pad(text, wide);
    return at === columns.length - 1 ? padded : `${padded}  `;
  };
  const head = columns.map((column, at): Piece => piece(fit(column.head, at), 'dim'));
  const body = rows.map((row, index) =>
    row.map((text, at): Piece => piece(fit(text, at), columns[at]!.ink?.(items[index]!))),
  );
  return [head, ...body];
}
