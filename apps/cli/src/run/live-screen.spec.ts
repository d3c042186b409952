import { describe, expect, it } from '@jest/globals';
import { piece } from '../output/line.js';
import { plain } from '../output/style.js';
import { LiveScreen } from './live-screen.js';

/** A terminal of which only what was written to it is known. */
function terminal(columns = 20) {
  const written: string[] = [];
  const output = {
    write: (text: string) => void written.push(text),
    isTerminal: true,
    columns,
    rows: 10,
    paint: plain,
  };
  return { output, written };
}

describe('A live screen', () => {
  it('draws over what it drew before, and clears what is left of it', () => {
    const { output, written } = terminal();
    const screen = new LiveScreen(output);
    screen.draw([[piece('one')], [piece('two')]]);
    screen.draw([[piece('three')]]);
    screen.end();
    expect(written).toEqual([
      '\u001b[?25l',
      '\rone\u001b[K\ntwo\u001b[K\n\u001b[J',
      '\u001b[2A\rthree\u001b[K\n\u001b[J',
      '\u001b[?25h',
    ]);
  });

  it('goes up further when the window was made narrower, and its lines were wrapped', () => {
    const { output, written } = terminal(20);
    const screen = new LiveScreen(output);
    screen.draw([[piece('x'.repeat(20))]]);
    output.columns = 8;
    screen.draw([[piece('y')]]);
    expect(written.at(-1)).toMatch(/^\u001b\[3A\r/);
  });
});
