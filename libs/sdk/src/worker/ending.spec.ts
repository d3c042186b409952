import { describe, expect, it } from '@jest/globals';
import { Ending } from './ending.js';

describe('The end of an attempt that no longer counts', () => {
  it('is told to whoever listens', () => {
    const ending = new Ending();
    const { signal } = ending;
    const told: unknown[] = [];
    signal.addEventListener('abort', () => told.push(signal.reason));
    ending.abort('first');
    ending.abort('second');
    expect(told).toEqual(['first']);
    expect(ending.isAborted).toBe(true);
  });

  it('is known to whoever asks only afterwards', () => {
    const ending = new Ending();
    expect(ending.isAborted).toBe(false);
    ending.abort('first');
    ending.abort('second');
    expect(ending.signal).toMatchObject({ aborted: true, reason: 'first' });
    expect(ending.signal).toBe(ending.signal);
  });
});
