import type { Cli } from '../cli.js';
import type { Line } from './line.js';
import { writeData, writeLines, writeRows } from './output.js';
import { type Column, tableLines } from './table.js';

/** One thing to be shown, in whatever way is asked for. */
export interface Shown {
  /** For programs. */
  readonly value: unknown;
  /** What it is called: alone, by `--output name`. */
  readonly name: string;
  /** For people. */
  lines(): readonly Line[];
}

/** A list to be shown. */
export interface ShownList<Item> {
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  name(item: Item): string;
  /** What stands beside the items in JSON and YAML: counts, the next cursor. */
  readonly more?: object;
}

export async function show(cli: Cli, shown: Shown): Promise<void> {
  const { out, options } = cli;
  if (options.format === 'name') return writeData(out, `${shown.name}\n`);
  if (options.format === 'table') return writeLines(out, shown.lines());
  return writeData(out, await textOf(cli, shown.value));
}

export async function showList<Item>(cli: Cli, { items, columns, name, more = {} }: ShownList<Item>): Promise<void> {
  const { out, options } = cli;
  if (options.format === 'name') return items.forEach((item) => writeData(out, `${name(item)}\n`));
  if (options.format === 'jsonl') return items.forEach((item) => writeData(out, `${JSON.stringify(item)}\n`));
  if (options.format === 'table') return writeRows(out, tableLines(items, columns, out.columns));
  return writeData(out, await textOf(cli, { items, ...more }));
}

/** A value as JSON, in one line or several, or as YAML. */
async function textOf({ options: { format } }: Cli, value: unknown): Promise<string> {
  if (format === 'yaml') return (await import('./yaml.js')).stringify(value, { lineWidth: 0 });
  return `${JSON.stringify(value, undefined, format === 'jsonl' ? undefined : 2)}\n`;
}
