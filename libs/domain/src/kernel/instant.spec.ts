import { describe, expect, test } from '@jest/globals';
import { parseInstant } from './instant.js';

describe('an instant', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2030-01-01T00:00:00Z', 1_893_456_000_000],
    ['2030-01-01T01:00:00+01:00', 1_893_456_000_000],
    ['2030-01-01T00:00:00.250Z', 1_893_456_000_250],
    ['2028-02-29T00:00:00Z', 1_835_395_200_000],
  ])('%s', (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  test.each([
    ...['', 'tomorrow', '2030-01-01', '2030-01-01T00:00:00', '2030-01-01 00:00:00Z', '2030-13-01T00:00:00Z'],
    ...['2030-02-30T00:00:00Z', '2029-02-29T00:00:00Z', '2030-01-01T25:00:00Z', '2030-1-1T0:0:0Z', '1893456000000'],
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
