import { afterEach, describe, expect, it } from '@jest/globals';
import { MemoryRateLimiter } from '@orrery/infrastructure';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let test: TestApi;
afterEach(() => test.close());

const LIST = '/api/v1/workflows';
const from = (remoteAddress: string, headers = {}) =>
  test.ask({ method: 'GET', url: LIST, remoteAddress, headers }).then(({ statusCode }) => statusCode);

describe('A client', () => {
  it('may send so many requests, is told what is left, and is refused beyond', async () => {
    test = await openTestApi({ limiter: new MemoryRateLimiter({ perMinute: 2, burst: 1 }) });
    const left = [];
    for (let nth = 0; nth < 3; nth += 1) {
      const { statusCode, headers } = await test.get('/workflows');
      expect(statusCode).toBe(200);
      expect(headers['ratelimit-policy']).toBe('"client";q=2;w=60');
      left.push(String(headers['ratelimit']).replace(/t=\d+/, 't'));
    }
    expect(left).toEqual(['"client";r=1;t', '"client";r=0;t', '"client";r=0;t']);
    const refused = await test.get('/workflows');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.json()).toMatchObject({
      status: 429,
      retryable: true,
      code: 'request.too-many',
      detail: 'there were more than 2 requests a minute from 127.0.0.1',
      error: { code: 'RATE_LIMITED' },
    });
    // Who watches the process is no client.
    expect((await test.ask({ method: 'GET', url: '/livez' })).statusCode).toBe(200);
  });

  it('is an address, and nobody else suffers for it', async () => {
    test = await openTestApi({ limiter: new MemoryRateLimiter({ perMinute: 1, burst: 0 }) });
    expect(await from('10.0.0.1')).toBe(200);
    expect(await from('10.0.0.1')).toBe(429);
    expect(await from('10.0.0.2')).toBe(200);
    // Whoever is no trusted proxy cannot say that it is somebody else.
    expect(await from('10.0.0.1', { 'x-forwarded-for': '10.0.0.3' })).toBe(429);
  });

  it('behind a trusted proxy is who the proxy says', async () => {
    const limiter = new MemoryRateLimiter({ perMinute: 1, burst: 0 });
    test = await openTestApi({ limiter, options: { trustedProxies: ['10.0.0.0/8'] } });
    expect(await from('10.0.0.1', { 'x-forwarded-for': '203.0.113.1' })).toBe(200);
    expect(await from('10.0.0.2', { 'x-forwarded-for': '203.0.113.1' })).toBe(429);
    expect(await from('10.0.0.1', { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' })).toBe(200);
    expect(await from('203.0.113.1', { 'x-forwarded-for': '203.0.113.9' })).toBe(429);
  });

  it('may send any number where there is no limit', async () => {
    test = await openTestApi();
    const { headers } = await test.get('/workflows');
    expect(headers).not.toHaveProperty('ratelimit');
  });
});
