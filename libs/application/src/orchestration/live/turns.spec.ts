import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('let so many work at once, the others in the order in which they asked, whatever goes wrong', async () => {
    const turns = new Turns(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => async () => {
      began.push(n);
      await new Promise<void>((resolve) => (ends[n] = resolve));
      if (n === 0) throw new Error('it went wrong');
      return n;
    };
    const working = [0, 1, 2, 3].map((n) => turns.take(work(n)));
    const settled = Promise.allSettled(working);
    expect(began).toEqual([0, 1]);
    ends[0]!();
    await expect(working[0]).rejects.toThrow('it went wrong');
    expect(began).toEqual([0, 1, 2]);
    ends[1]!();
    await expect(working[1]).resolves.toBe(1);
    ends[2]!();
    await working[2];
    ends[3]!();
    await settled;
    expect(began).toEqual([0, 1, 2, 3]);
  });
});
