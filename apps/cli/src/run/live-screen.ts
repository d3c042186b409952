import { stripVTControlCharacters } from 'node:util';
import { type Line, printed, widthOf } from '../output/line.js';
import type { Output } from '../output/output.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const up = (rows: number) => (rows > 0 ? `\u001b[${rows}A\r` : '\r');

/** A part of the terminal that is drawn again and again in the same place, without flicker. */
export class LiveScreen {
  private drawn: readonly string[] = [];

  constructor(private readonly output: Output) {
    output.write(HIDE_CURSOR);
  }

  draw(lines: readonly Line[]): void {
    const { columns, paint } = this.output;
    const texts = lines.map((line) => printed(line, columns, paint));
    const body = texts.map((text) => `${text}${CLEAR_LINE_END}\n`).join('');
    this.output.write(`${up(this.height(columns))}${body}${CLEAR_BELOW}`);
    this.drawn = texts;
  }

  /** Leaves what was drawn last, and the cursor below it. */
  end(): void {
    this.output.write(SHOW_CURSOR);
  }

  /** How many rows the last picture takes now: in a window made narrower, its lines were wrapped. */
  private height(columns: number): number {
    const rowsOf = (text: string) => Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(text)) / columns));
    return this.drawn.reduce((sum, text) => sum + rowsOf(text), 0);
  }
}
