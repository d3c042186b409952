import { describe, expect, it } from '@jest/globals';
import { printed } from './line.js';
import { coloured, plain } from './style.js';
import { type Column, tableLines } from './table.js';

interface Star {
  readonly name: string;
  readonly planets: number;
}

const columns: readonly Column<Star>[] = [
  { head: 'NAME', of: ({ name }) => name, givesWay: true },
  { head: 'PLANETS', of: ({ planets }) => String(planets), align: 'right', ink: () => 'green' },
];
const stars: readonly Star[] = [
  { name: 'Sun', planets: 8 },
  { name: 'Proxima Centauri', planets: 2 },
  { name: '太陽', planets: 8 },
];
const drawn = (width: number, paint = plain) =>
  tableLines(stars, columns, width).map((line) => printed(line, width, paint));

describe('A table', () => {
  it('is as wide as what is in it', () => {
    expect(drawn(80)).toEqual([
      'NAME              PLANETS',
      'Sun                     8',
      'Proxima Centauri        2',
      '太陽                    8',
    ]);
  });

  it('gives way where the terminal is narrow', () => {
    expect(drawn(20)[2]).toBe('Proxima Ce…        2');
    expect(drawn(10)[2]).toBe('Proxima…');
  });

  it('has colours where they are wanted', () => {
    expect(drawn(80, coloured)[1]).toContain('\u001b[32m      8\u001b[39m');
  });

  it('of nothing is nothing', () => {
    expect(tableLines([], columns, 80)).toEqual([]);
  });

  it('keeps what others wrote harmless', () => {
    const [, line] = tableLines([{ name: 'a\u001b[31mb\nc', planets: 1 }], columns, 80);
    expect(printed(line!, 80, plain)).toBe('ab c        1');
  });
});
