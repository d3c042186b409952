import { describe, expect, it } from '@jest/globals';
import { humanAgo, humanDuration, humanEta } from './times.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('Durations, as a person says them', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [12.4, '12 ms'],
    [1_234, '1.2 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [3 * MINUTE + 5_000, '3 min 05 s'],
    [2 * HOUR + 10 * MINUTE, '2 h 10 min'],
    [4 * DAY + 3 * HOUR, '4 d 03 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(humanDuration(ms)).toBe(words);
  });

  it.each([
    [10, '1 s'],
    [6_100, '7 s'],
    [90_000, '1 min 30 s'],
  ])('%d ms to come are %s', (ms, words) => {
    expect(humanEta(ms)).toBe(words);
  });

  it.each([
    [500, 'just now'],
    [5_000, '5 s ago'],
    [5 * MINUTE, '5 min ago'],
    [47 * HOUR, '47 h ago'],
    [3 * DAY, '3 d ago'],
  ])('%d ms before are %s', (ms, words) => {
    expect(humanAgo(new Date(1e12 - ms).toISOString(), 1e12)).toBe(words);
  });
});
