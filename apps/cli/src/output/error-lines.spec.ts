import { describe, expect, it } from '@jest/globals';
import { CliError } from '../cli-error.js';
import { errorLines, errorObject } from './error-lines.js';
import { printed } from './line.js';
import { plain } from './style.js';

const drawn = (error: CliError) => errorLines(error).map((line) => printed(line, 200, plain));
const parts = { exitCode: 2, code: 'x.y', what: 'flow.yaml has a fault' } as const;

describe('An error', () => {
  it('says what, where, why, and how to mend it', () => {
    const place = {
      source: 'flow.yaml',
      line: 7,
      column: 5,
      text: 'a: [b]',
      message: 'there is no "b"',
      hint: 'try "c"',
    };
    const error = new CliError({ ...parts, places: [place], why: 'It was so.', fix: ['Do this.', 'Or that.'] });
    expect(drawn(error)).toEqual([
      'error: flow.yaml has a fault',
      '  flow.yaml:7:5  there is no "b"',
      '     7 | a: [b]',
      '       |     ^',
      '      try "c"',
      '  It was so.',
      '  Do this.',
      '  Or that.',
    ]);
  });

  it('points at the right place below tabs', () => {
    const error = new CliError({
      ...parts,
      places: [{ source: 'f', line: 1, column: 3, text: '\t\tx', message: 'm' }],
    });
    expect(drawn(error).slice(-2)).toEqual(['     1 | \t\tx', '       | \t\t^']);
  });

  it('shows the first twenty of many places', () => {
    const places = Array.from({ length: 30 }, (_, n) => ({ source: `f${n}`, message: 'm' }));
    expect(drawn(new CliError({ ...parts, places }))).toHaveLength(22);
    expect(drawn(new CliError({ ...parts, places })).at(-1)).toBe('  … and 10 more');
  });

  it('is an object for programs', () => {
    expect(errorObject(new CliError(parts))).toEqual({
      error: { code: 'x.y', message: 'flow.yaml has a fault', fix: [], places: [], exitCode: 2 },
    });
  });
});
