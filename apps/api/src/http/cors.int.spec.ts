import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApi, openTestApi } from '../testing/test-api.js';

const CONSOLE = 'https://console.example';
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ options: { corsOrigins: [CONSOLE] } });
});
afterAll(() => api.close());

const preflight = (origin: string) =>
  api.ask({
    method: 'OPTIONS',
    url: '/api/v1/workflows',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
  });

describe('A page of another origin', () => {
  it('may use the API when it is on the list', async () => {
    const asked = await preflight(CONSOLE);
    expect(asked.statusCode).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('Idempotency-Key'),
    });
    const answer = await api.get('/limits', { origin: CONSOLE });
    expect(answer.headers['access-control-expose-headers']).toContain('Orrery-Position');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('reads refusals too', async () => {
    expect((await api.get('/nowhere', { origin: CONSOLE })).headers['access-control-allow-origin']).toBe(CONSOLE);
  });

  it('may not when it is not, or when there is no list', async () => {
    const closed = await openTestApi();
    for (const origin of ['https://evil.example', 'http://console.example', `${CONSOLE}.evil.example`, 'null']) {
      expect((await preflight(origin)).headers['access-control-allow-origin']).toBeUndefined();
      expect((await api.get('/limits', { origin })).headers['access-control-allow-origin']).toBeUndefined();
      expect((await closed.get('/limits', { origin })).headers['access-control-allow-origin']).toBeUndefined();
    }
    await closed.close();
  });
});
