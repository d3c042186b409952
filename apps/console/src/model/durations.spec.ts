import { describe, expect, it } from '@jest/globals';
import { clock, exact, humane, relative, showTime } from './durations.js';
import { shortId } from './short-id.js';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [2_440, '2.4 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [187_200_000, '2 d 4 h'],
    [-200, '-200 ms'],
  ])('%i ms is %s', (ms, words) => expect(humane(ms)).toBe(words));

  it.each([
    [3_723_456, '1:02:03.456'],
    [2_050, '0:02.050'],
    [-1_000, '-0:01.000'],
  ])('%i ms is %s exactly', (ms, words) => expect(exact(ms)).toBe(words));
});

describe('moments', () => {
  const now = Date.parse('2030-01-31T12:00:00.000Z');

  it.each([
    [now - 400, 'now'],
    [now - 4_900, '4 s ago'],
    [now - 150_000, '2 min ago'],
    [now - 90 * 60_000, '1 h ago'],
    [now + 120_000, 'in 2 min'],
  ])('%i is %s', (at, words) => expect(relative(at, now)).toBe(words));

  it('tell their day, unless that is today', () => {
    expect(clock(now, 'utc', now)).toBe('12:00:00.000Z');
    expect(clock(now - 86_400_000, 'utc', now)).toBe('2030-01-30 12:00:00.000Z');
  });

  it('are shown as was chosen', () => {
    expect(showTime(now - 60_000, 'relative', now)).toBe('1 min ago');
    expect(showTime(now - 60_000, 'utc', now)).toBe('11:59:00.000Z');
    expect(showTime(now, 'local', now)).not.toContain('Z');
  });
});

describe('ids', () => {
  it('are shortened in the middle; a task keeps its ordinal', () => {
    expect(shortId('01a2298a-3528-7191-b72f-5c405f1bf01c')).toBe('01a229…bf01c');
    expect(shortId('01a2298a-3528-7191-b72f-5c405f1bf01c~17')).toBe('01a229…bf01c~17');
    expect(shortId('short')).toBe('short');
  });
});
