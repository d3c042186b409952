import { type Line, printed } from './line.js';
import { type Paint, coloured, plain } from './style.js';

/** One of the two streams that a command speaks to, and what can be done on it. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Without bound where it is no terminal: nothing is cut. */
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

/** Lines, each ended and whole: a terminal wraps what is longer than it is wide, and nothing is lost. */
export function writeLines(output: Output, lines: readonly Line[]): void {
  for (const line of lines) output.write(`${printed(line, Number.POSITIVE_INFINITY, output.paint)}\n`);
}

/** Lines that are read below each other, one row each: on a terminal they are cut to its width. */
export function writeRows(output: Output, lines: readonly Line[]): void {
  for (const line of lines) output.write(`${printed(line, output.columns, output.paint)}\n`);
}

/** A stream of the process as an output. */
export function outputOf(stream: NodeJS.WriteStream, color: boolean | undefined, isDumb: boolean): Output {
  const isTerminal = stream.isTTY === true;
  const paints = color ?? (isTerminal && !isDumb);
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    // A terminal whose size nobody has told it says 0.
    get columns() {
      return isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return isTerminal ? stream.rows || 24 : Number.POSITIVE_INFINITY;
    },
    paint: paints ? coloured : plain,
  };
}
