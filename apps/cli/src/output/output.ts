import { type Line, type Piece, printed } from './line.js';
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

/**
 * A text whose control characters are spelled out, so that a terminal shows them and does not obey: as JSON spells them, and
 * YAML in quotes. JSON stays the same JSON: in its text stand none but those that it need not escape.
 */
export function spelledOut(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Data as it is, but what would reach for the terminal that it is shown on. */
export function writeData(output: Output, text: string): void {
  output.write(output.isTerminal ? spelledOut(text) : text);
}

/** Lines, each ended and whole: a terminal wraps what is longer than it is wide, and nothing is lost. */
export function writeLines(output: Output, lines: readonly Line[]): void {
  for (const line of lines) output.write(`${drawn(output, line, Number.POSITIVE_INFINITY)}\n`);
}

/** Lines that are read below each other, one row each: on a terminal they are cut to its width. */
export function writeRows(output: Output, lines: readonly Line[]): void {
  for (const line of lines) output.write(`${drawn(output, line, output.columns)}\n`);
}

function drawn({ isTerminal, paint }: Output, line: Line, columns: number): string {
  const spelled = (each: Piece): Piece => ({ ...each, text: spelledOut(each.text) });
  return printed(isTerminal ? line.map(spelled) : line, columns, paint);
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
