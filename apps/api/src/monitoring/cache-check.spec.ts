import { describe, expect, it } from '@jest/globals';
import { cacheCheck } from './cache-check.js';

describe('The check of the cache', () => {
  it('is none where there is no Redis', () => {
    expect(cacheCheck(undefined)).toEqual([]);
  });

  it('says that the process serves, with its Redis or without', async () => {
    const reason = 'Redis is not connected';
    let trouble: string | undefined = reason;
    const [check] = cacheCheck({ trouble: () => trouble });
    expect(await check!.look()).toEqual({ status: 'degraded', reason });
    trouble = undefined;
    expect(await check!.look()).toEqual({ status: 'ok' });
  });
});
