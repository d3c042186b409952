import { expect, it } from '@jest/globals';
import { paced } from './paced.js';

it('does something at once for the first call, and once more for all that came meanwhile', async () => {
  let calls = 0;
  const seen: number[] = [];
  const begins: ((end: () => void) => void)[] = [];
  const begun = () => new Promise<() => void>((resolve) => begins.push(resolve));
  const soon = paced(() => {
    seen.push(calls);
    return new Promise<void>((resolve) => begins.shift()!(resolve));
  }, 1);
  const call = () => {
    calls += 1;
    soon();
  };
  const [first, second, third] = [begun(), begun(), begun()];
  call();
  call();
  call();
  (await first)();
  (await second)();
  call();
  (await third)();
  expect(seen).toEqual([1, 3, 4]);
});
