import { describe, expect, it } from '@jest/globals';
import { SystemClock } from './system-clock.js';

const clock = new SystemClock();

describe('The clock of this machine', () => {
  it('tells the time in milliseconds', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  });

  it('calls back after a while, and not before', async () => {
    const started = performance.now();
    await new Promise<void>((resolve) => void clock.after(20, resolve));
    expect(performance.now() - started).toBeGreaterThanOrEqual(19);
  });

  it('takes a call back', async () => {
    const called: string[] = [];
    const cancel = clock.after(1, () => called.push('taken back'));
    cancel();
    await new Promise<void>((resolve) => void clock.after(5, resolve));
    expect(called).toEqual([]);
  });

  it('does not mistake a month for a moment', async () => {
    const called: string[] = [];
    const cancel = clock.after(40 * 86_400_000, () => called.push('too early'));
    await new Promise<void>((resolve) => void clock.after(5, resolve));
    cancel();
    expect(called).toEqual([]);
  });

  it('calls next, before whatever waits for its turn', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.soon(() => {
        order.push('soon');
        resolve();
      });
      clock.next(() => order.push('next'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'next', 'soon']);
  });

  it('calls soon, once what runs now has come to rest', async () => {
    const order: string[] = [];
    const soon = new Promise<void>((resolve) =>
      clock.soon(() => {
        order.push('soon');
        resolve();
      }),
    );
    await Promise.resolve().then(() => order.push('a promise'));
    await soon;
    expect(order).toEqual(['a promise', 'soon']);
  });
});
