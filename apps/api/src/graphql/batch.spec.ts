import { describe, expect, it } from '@jest/globals';
import { Batch } from './batch.js';

function batching(answer: (key: number) => string = String) {
  const asked: (readonly number[])[] = [];
  const settle = (key: number) => Promise.resolve(key).then(answer);
  const batch = new Batch<number, string>(
    async (keys) => {
      asked.push(keys);
      return Promise.allSettled(keys.map(settle));
    },
    (key) => String(key),
  );
  return { asked, batch };
}

describe('a batch', () => {
  it('asks once for all that is asked for in one turn, and for the same thing once', async () => {
    const { asked, batch } = batching();
    const later = Promise.resolve().then(() => batch.load(3));
    expect(await Promise.all([batch.load(1), batch.load(2), batch.load(1), later])).toEqual(['1', '2', '1', '3']);
    expect(await batch.load(1)).toBe('1');
    expect(asked).toEqual([[1, 2, 3]]);
  });

  it('lets each of them fail by itself', async () => {
    const { batch } = batching((key) => {
      if (key === 2) throw new Error('two');
      return String(key);
    });
    const settled = await Promise.allSettled([batch.load(1), batch.load(2)]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('fails with the question', async () => {
    const batch = new Batch<number, string>(() => Promise.reject(new Error('away')), String);
    await expect(Promise.all([batch.load(1), batch.load(2)])).rejects.toThrow('away');
  });

  it('asks anew for what was written meanwhile', async () => {
    const { asked, batch } = batching();
    await batch.load(1);
    batch.forget();
    await batch.load(1);
    expect(asked).toEqual([[1], [1]]);
  });
});
