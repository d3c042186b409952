import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_DURATION_MS, formatDuration, parseDuration } from './duration.js';

const DURATIONS: readonly [string, number][] = [
  ['200ms', 200],
  ['0s', 0],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['1h30m', 5_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['1.5h', 5_400_000],
  ['0.2s', 200],
  ['1.1s', 1_100],
  ['PT30S', 30_000],
  ['PT0.2S', 200],
  ['PT1H30M', 5_400_000],
  ['P2D', 172_800_000],
  ['P1DT12H', 129_600_000],
  ['P2W', 1_209_600_000],
  ['36500d', MAX_DURATION_MS],
];

const NONE: readonly string[] = [
  ...[
    '',
    ' ',
    '30',
    's',
    '30 s',
    ' 30s',
    '30S',
    '-30s',
    '+30s',
    '30sec',
    '1h30',
    '30m1h',
    '1s1s',
    '1,5s',
    '1.s',
    '.5s',
  ],
  ...['P', 'PT', 'P1', 'P1Y', 'P1M', 'P1DT', 'PT1', 'P1W2D', 'p1d', 'PT1S1M', '-PT1S', '1e3s', 'NaN', 'Infinity', '٣s'],
  ...[
    '0.5ms',
    '0.0001s',
    '36501d',
    '999999999999999d',
    'P5300W',
    `${'9'.repeat(16)}ms`,
    '1d\n',
    '* * * * *',
    '${ 1 }s',
  ],
];

describe('a duration', () => {
  test.each(DURATIONS)('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(NONE)('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('is written the way a person writes it', () => {
    expect([0, 1, 200, 1_000, 90_000, 5_400_000, 93_784_005].map(formatDuration)).toEqual([
      ...['0s', '1ms', '200ms', '1s', '1m30s', '1h30m', '1d2h3m4s5ms'],
    ]);
  });

  test('is read back from what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_DURATION_MS }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  test('is never negative, endless or not a number, whatever is written', () => {
    const pieces = fc.constantFrom(
      'P',
      'T',
      '1',
      '99999',
      '.',
      '-',
      'e',
      'd',
      'h',
      'm',
      's',
      'ms',
      'W',
      'D',
      'H',
      'M',
      'S',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (texts) => {
        const ms = parseDuration(texts.join(''));
        expect(ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= MAX_DURATION_MS)).toBe(true);
      }),
    );
  });
});
