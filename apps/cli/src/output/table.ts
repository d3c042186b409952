import { type Line, type Piece, cut, harmless, pad, piece, widthOf } from './line.js';
import type { Ink } from './style.js';

/** One column of a table: its head, and what it says of an item. */
export interface Column<Item> {
  readonly head: string;
  readonly of: (item: Item) => string;
  readonly ink?: (item: Item) => Ink | undefined;
  readonly align?: 'right';
  /** It gives way where a terminal is too narrow for all. */
  readonly givesWay?: boolean;
}

const GAP = 2;
/** Narrower than this nothing gives way. */
const NARROWEST = 8;

/** Items below each other, with a head; no lines for an empty list. The widths are those of what is in it. */
export function tableLines<Item>(items: readonly Item[], columns: readonly Column<Item>[], width: number): Line[] {
  if (items.length === 0) return [];
  const rows = items.map((item) => columns.map((column) => harmless(column.of(item))));
  const wanted = columns.map(({ head }, at) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[at]!))));
  const widths = fitted(wanted, columns, width);
  const fit = (text: string, at: number) => {
    const shown = cut(text, widths[at]!);
    const isRight = columns[at]!.align === 'right';
    const padded = isRight ? ' '.repeat(widths[at]! - widthOf(shown)) + shown : pad(shown, widths[at]!);
    return at === columns.length - 1 ? padded : padded + ' '.repeat(GAP);
  };
  const head = columns.map((column, at): Piece => piece(fit(column.head, at), 'dim'));
  const body = rows.map((row, index) =>
    row.map((text, at): Piece => piece(fit(text, at), columns[at]!.ink?.(items[index]!))),
  );
  return [head, ...body];
}

function fitted(
  wanted: readonly number[],
  columns: readonly { givesWay?: boolean }[],
  width: number,
): readonly number[] {
  const total = wanted.reduce((sum, each) => sum + each + GAP, -GAP);
  const at = columns.findIndex(({ givesWay }) => givesWay);
  if (total <= width || at < 0) return wanted;
  const narrower = Math.max(Math.min(NARROWEST, wanted[at]!), wanted[at]! - (total - width));
  return wanted.with(at, narrower);
}
