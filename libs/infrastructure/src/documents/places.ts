import type { Place } from '@orrery/application';

/** Lines and columns of a text. */
export class Places {
  private starts: number[] | undefined;

  constructor(readonly text: string) {}

  /** The place of a character, by its offset from the start of the text. */
  at(offset: number): Place {
    const starts = (this.starts ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }
}

/** Where each line begins; lines end with LF, CR LF or CR. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  return starts;
}
