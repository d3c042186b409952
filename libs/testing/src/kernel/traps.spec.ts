import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Trapped, withTraps } from './traps.js';

describe('within traps', () => {
  const touches: readonly (readonly [what: string, touch: () => unknown])[] = [
    ['the time', () => Date.now()],
    ['the date of now', () => new Date()],
    ['the date of now as a text', () => Date()],
    ['a clock that only goes on', () => performance.now()],
    ['a clock of whole nanoseconds', () => process.hrtime.bigint()],
    ['chance', () => Math.random()],
    ['chance for keys', () => globalThis.crypto.randomUUID()],
    ['a timer', () => setTimeout(() => undefined, 1)],
    ['the order of a language', () => 'a'.localeCompare('b')],
    ['the words of a language', () => new Intl.NumberFormat()],
    ['when memory is collected', () => new WeakRef({})],
  ];

  it.each(touches)('nobody touches %s', async (_, touch) => {
    await expect(withTraps(async () => touch())).rejects.toThrow(Trapped);
  });

  it('a date of a given time is made as ever', async () => {
    const { text, isDate } = await withTraps(async () => {
      const date = new Date(0);
      return { text: date.toISOString(), isDate: date instanceof Date };
    });
    expect({ text, isDate }).toEqual({ text: '1970-01-01T00:00:00.000Z', isDate: true });
  });

  it('everything is as it was when the work is done, or has failed', async () => {
    await withTraps(async () => undefined);
    await expect(withTraps(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (const [, touch] of touches.filter(([what]) => what !== 'a timer')) touch();
    expect(new Date().getTime()).toBeGreaterThan(0);
    expect(randomBytes(2)).toHaveLength(2);
  });
});
