import { describe, expect, it } from '@jest/globals';
import { piece } from './line.js';
import { type Output, spelledOut, writeData, writeLines, writeRows } from './output.js';
import { coloured } from './style.js';

function written(isTerminal: boolean, write: (output: Output) => void): string {
  let all = '';
  write({ write: (text) => void (all += text), isTerminal, columns: 80, rows: 24, paint: coloured });
  return all;
}

const CSI = '\u009b31m';

describe('Data', () => {
  it('is spelled out on a terminal, and stays the same JSON', () => {
    const value = { text: `a${CSI}b\u007f\u0085\u001b\n`, [CSI]: 'é太' };
    const shown = written(true, (output) => writeData(output, JSON.stringify(value, undefined, 2)));
    expect(shown).not.toMatch(/[\u007f-\u009f\u001b]/);
    expect(shown).toContain('a\\u009b31mb\\u007f\\u0085\\u001b\\n');
    expect(JSON.parse(shown)).toEqual(value);
  });

  it('is as it was where no terminal is', () => {
    expect(written(false, (output) => writeData(output, CSI))).toBe(CSI);
  });
});

describe('Lines', () => {
  it.each([writeLines, writeRows])('have the colours that we chose on a terminal, and obey no others', (write) => {
    const line = [piece(`one\u001b[2J${CSI}`, 'red')];
    expect(written(true, (output) => write(output, [line]))).toBe('\u001b[31mone\\u001b[2J\\u009b31m\u001b[39m\n');
    expect(written(false, (output) => write(output, [line]))).toContain(`one\u001b[2J${CSI}`);
  });

  it('keep their tabs and their ends', () => {
    expect(spelledOut('a\tb\nc')).toBe('a\tb\nc');
  });
});
