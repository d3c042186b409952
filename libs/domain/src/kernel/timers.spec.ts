import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Timers, dropFirstTimer, firstTimer, setTimer, timersDue } from './timers.js';

const times = fc.array(fc.nat({ max: 50 }), { maxLength: 60 });
const setAll = (all: readonly number[]): Timers => {
  const timers: Timers = [];
  for (const [subject, at] of all.entries()) setTimer(timers, at, subject);
  return timers;
};

describe('timers', () => {
  test('come up in the order of their times', () => {
    fc.assert(
      fc.property(times, (all) => {
        const timers = setAll(all);
        const inOrder: number[] = [];
        for (let timer = firstTimer(timers); timer; timer = firstTimer(timers)) {
          inOrder.push(timer[0]);
          dropFirstTimer(timers);
        }
        expect(inOrder).toEqual(all.toSorted((a, b) => a - b));
      }),
    );
  });

  test('are none in the beginning, and there is nothing to drop', () => {
    const timers: Timers = [];
    dropFirstTimer(timers);
    expect(firstTimer(timers)).toBeUndefined();
  });
});

describe('timersDue', () => {
  test('tells what has come by now, earliest first', () => {
    fc.assert(
      fc.property(times, fc.nat({ max: 50 }), (all, now) => {
        const subjects = all.flatMap((at, subject) => (at <= now ? [subject] : []));
        const expected = subjects.toSorted((a, b) => all[a]! - all[b]! || a - b);
        expect(timersDue(setAll(all), now, (subject) => all[subject]!)).toEqual(expected);
      }),
    );
  });

  test('passes over what its subject no longer waits for, and tells each subject once', () => {
    const timers: Timers = [];
    for (const [at, subject] of [
      [5, 1],
      [7, 1],
      [7, 1],
      [6, 2],
      [6, 3],
    ] as const)
      setTimer(timers, at, subject);
    const due = new Map([
      [1, 7],
      [2, 6],
    ]);
    expect(timersDue(timers, 10, (subject) => due.get(subject) ?? null)).toEqual([2, 1]);
  });

  test('takes nothing off: whoever folds what happens does', () => {
    const timers = setAll([3, 1, 2]);
    timersDue(timers, 10, (subject) => [3, 1, 2][subject]!);
    expect(timers).toHaveLength(3);
  });

  test('looks at little more than what is due', () => {
    const timers = setAll(Array.from({ length: 10_000 }, (_, at) => at));
    let asked = 0;
    const due = timersDue(timers, 4, (subject) => {
      asked += 1;
      return subject;
    });
    expect([due, asked]).toEqual([[0, 1, 2, 3, 4], 5]);
  });
});
