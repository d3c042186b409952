import { describe, expect, it } from '@jest/globals';
import { duration, instant, labels, runId, wholeNumber } from './values.js';

const ID = '0B632E79-2727-86DB-92F4-EB6F8E6394B9';

describe('What stands on a command line', () => {
  it('is read', () => {
    expect(runId(ID)).toBe(ID.toLowerCase());
    expect(duration('--timeout', '1m30s')).toBe(90_000);
    expect(wholeNumber('--limit', '20', [1, 100])).toBe(20);
    expect(instant('--started-after', '2026-01-31T12:00:00Z', 0)).toBe('2026-01-31T12:00:00.000Z');
    expect(instant('--started-after', '2h', 7_200_000)).toBe('1970-01-01T00:00:00.000Z');
    expect(labels(['team=sky', 'note=a=b', 'empty='])).toEqual({ team: 'sky', note: 'a=b', empty: '' });
    expect(labels([])).toBeUndefined();
  });

  it.each([
    [() => runId('0b632e79'), '"0b632e79" is no id of a run'],
    [() => duration('--timeout', 'soon'), '--timeout is no duration: "soon"'],
    [() => wholeNumber('--limit', '1.5', [1, 100]), '--limit must be a whole number from 1 to 100, and is "1.5"'],
    [() => wholeNumber('--limit', '101', [1, 100]), '--limit must be a whole number from 1 to 100, and is "101"'],
    [() => instant('--started-after', 'yesterday', 0), '--started-after is no time: "yesterday"'],
    [() => labels(['=x']), '--label wants name=value, and got "=x"'],
  ])('is refused with exit code 2: %p', (read, message) => {
    expect(read).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });
});
