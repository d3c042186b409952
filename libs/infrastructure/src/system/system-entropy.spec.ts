import { describe, expect, it } from '@jest/globals';
import { SystemEntropy } from './system-entropy.js';

describe('The randomness of this machine', () => {
  it('gives as many bytes as are asked for, and never the same ones twice', () => {
    const entropy = new SystemEntropy();
    const drawn = new Set<string>();
    for (let each = 0; each < 2_000; each++) {
      const bytes = entropy.bytes(16);
      expect(bytes).toHaveLength(16);
      drawn.add(Buffer.from(bytes).toString('hex'));
    }
    expect(drawn.size).toBe(2_000);
  });

  it('does not change what it gave before', () => {
    const entropy = new SystemEntropy();
    const first = entropy.bytes(16);
    const copy = Buffer.from(first);
    for (let each = 0; each < 1_000; each++) entropy.bytes(16);
    expect(Buffer.from(first)).toEqual(copy);
  });

  it('gives more than it keeps in stock', () => {
    expect(new SystemEntropy().bytes(100_000)).toHaveLength(100_000);
  });

  it('gives numbers from 0 up to 1', () => {
    const entropy = new SystemEntropy();
    for (let each = 0; each < 100; each++) {
      const number = entropy.random();
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
    }
  });
});
