import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const start = async (definition: object, more: object = {}) => {
  const answer = await api.post('/workflows', { definition, ...more });
  return answer.json<{ id: string; position: string }>();
};

describe('DELETE /workflows/{id}', () => {
  it('deletes a run that has ended, once, and leaves nothing of it to be asked for', async () => {
    const { id } = await start(NOTHING, { id: '018f3a5e-0000-7000-8000-00000000000d' });
    const deleted = await api.delete(`/workflows/${id}`);
    expect(deleted.statusCode).toBe(202);
    expect(deleted.json()).toEqual({ id, changed: true, position: deleted.headers['orrery-position'] });
    const again = await api.delete(`/workflows/${id}`);
    expect([again.statusCode, again.json().changed]).toEqual([200, false]);
    const list = await api.get('/workflows', { 'orrery-position': deleted.json().position });
    expect(list.json().items).toEqual([]);
    const asked = [
      api.get(`/workflows/${id}`),
      api.get(`/workflows/${id}/result?waitMs=1000`),
      api.get(`/workflows/${id}/events`),
      api.post(`/workflows/${id}/retry`),
      api.post('/workflows', { id, definition: NOTHING }),
    ];
    for (const answer of await Promise.all(asked)) {
      expect([answer.statusCode, answer.json().code]).toEqual([410, 'workflow.deleted']);
    }
  });

  it('refuses a run that goes on, one that never was, and another version', async () => {
    const [running, ended] = [await start(SINGLE), await start(NOTHING)];
    const refusal = async (id: string, headers = {}) => {
      const answer = await api.delete(`/workflows/${id}`, headers);
      return [answer.statusCode, answer.json().code];
    };
    expect(await refusal(running.id)).toEqual([409, 'workflow.not-ended']);
    expect(await refusal('018f3a5e-0000-7000-8000-00000000000e')).toEqual([404, 'workflow.not-found']);
    expect(await refusal(ended.id, { 'if-match': '"1"' })).toEqual([412, 'version.mismatch']);
  });

  it('wakes whoever waits for the events of the run', async () => {
    const { id } = await start(NOTHING);
    const waiting = api.get(`/workflows/${id}/events?after=99&waitMs=5000`);
    await api.delete(`/workflows/${id}`);
    expect((await waiting).statusCode).toBeLessThan(500);
  });
});
