import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, SubmitDeadLetter } from '@orrery/application';
import type { RecordDeadLetter } from '@orrery/domain';
import { NOTHING } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const MESSAGE = { body: '{', encoding: 'text', correlationId: '1', headers: { 'x-mine': 7 } } as const;
let asides = 0;

/** Sets a message aside, and gives the id of its dead letter. */
async function setAside(more: Partial<RecordDeadLetter['data']> = {}, redriven?: string) {
  const letter = {
    queue: 'commands' as const,
    ...{ reason: 'request.unreadable', detail: 'it ends too early', message: MESSAGE, bytes: 1 },
    aside: `aside ${++asides}`,
    ...more,
  };
  const submit = new SubmitDeadLetter(ANONYMOUS, letter, redriven);
  const { position } = await api.orchestration.commandHandlers.submitDeadLetter.execute(submit);
  return position.stream;
}

const told = async (id: string, what: 'redrive' | 'drop', headers = {}) => {
  const answer = await api.post(`/dead-letters/${id}/${what}`, undefined, headers);
  return [answer.statusCode, answer.json().code ?? answer.json().changed] as const;
};

describe('Dead letters', () => {
  it('are listed with their reason, and read with their message', async () => {
    const id = await setAside({ message: { ...MESSAGE, type: 'a.b', messageId: 'm' } });
    const read = await api.get(`/dead-letters/${id}`);
    const times = { recordedAt: expect.any(String), changedAt: expect.any(String) };
    const common = {
      ...{ id, status: 'waiting', queue: 'commands', reason: 'request.unreadable', detail: 'it ends too early' },
      ...{ bytes: 1, version: 1, ...times },
    };
    expect(read.json()).toEqual({
      ...common,
      ...{ truncated: false, redrives: 0, message: { ...MESSAGE, type: 'a.b', messageId: 'm' } },
      position: read.headers['orrery-position'],
    });
    expect(read.headers['etag']).toBe('"1"');
    const list = await api.get('/dead-letters', { 'orrery-position': read.json().position });
    expect(list.json()).toEqual({
      items: [{ ...common, type: 'a.b', messageId: 'm' }],
      nextCursor: null,
      position: expect.any(String),
    });
  });

  it('are sent again once, and wait again when they come back', async () => {
    const id = await setAside();
    expect(await told(id, 'redrive')).toEqual([202, true]);
    expect(await told(id, 'redrive')).toEqual([200, false]);
    expect((await api.get(`/dead-letters/${id}`)).json()).toMatchObject({
      status: 'redriven',
      redrives: 1,
      version: 2,
    });
    expect(await setAside({ reason: 'workflow.not-found', detail: 'no' }, id)).toBe(id);
    const again = { status: 'waiting', reason: 'workflow.not-found', detail: 'no', message: MESSAGE };
    expect((await api.get(`/dead-letters/${id}`)).json()).toMatchObject(again);
  });

  it('are other ones where their message says that it was one, and there is none', async () => {
    const none = '018f3a5e-0000-7000-8000-00000000000e';
    const run = (await api.post('/workflows', { definition: NOTHING })).json().id as string;
    for (const redriven of [none, run, 'nonsense']) {
      const id = await setAside({}, redriven);
      expect(id).not.toBe(redriven);
      expect((await api.get(`/dead-letters/${id}`)).json()).toMatchObject({ status: 'waiting' });
    }
  });

  it('are dropped for good', async () => {
    const id = await setAside();
    const dropped = await api.post(`/dead-letters/${id}/drop`);
    expect(dropped.json()).toEqual({ id, changed: true, position: dropped.headers['orrery-position'] });
    expect(await told(id, 'drop')).toEqual([200, false]);
    expect(await told(id, 'redrive')).toEqual([409, 'dead-letter.dropped']);
    const headers = { 'orrery-position': dropped.json().position };
    const idsOf = async (query: string) => {
      const { items } = (await api.get(`/dead-letters${query}`, headers)).json<{ items: { id: string }[] }>();
      return items.map((letter) => letter.id);
    };
    expect(await idsOf('')).not.toContain(id);
    expect(await idsOf('?status=dropped,redriven')).toEqual([id]);
  });

  it('are not sent again where they are not whole, or no commands', async () => {
    expect(await told(await setAside({ truncated: true }), 'redrive')).toEqual([409, 'dead-letter.truncated']);
    expect(await told(await setAside({ queue: 'tasks' }), 'redrive')).toEqual([409, 'dead-letter.not-a-command']);
  });

  it('tell what would follow, and take a key and a version', async () => {
    const id = await setAside();
    const tried = await api.post(`/dead-letters/${id}/redrive?dryRun=true`);
    expect(tried.json()).toEqual({ events: [{ type: 'DeadLetterRedriven', data: {} }] });
    expect(await told(id, 'drop', { 'if-match': '"7"' })).toEqual([412, 'version.mismatch']);
    const headers = { 'idempotency-key': 'k-1' };
    expect(await told(id, 'redrive', headers)).toEqual([202, true]);
    expect(await told(id, 'redrive', headers)).toEqual([200, false]);
    expect(await told(id, 'drop', headers)).toEqual([422, 'key.reused']);
  });

  it('that are none are not found, and neither is a dead letter as a run', async () => {
    const none = '018f3a5e-0000-7000-8000-00000000000e';
    const { id: run } = (await api.post('/workflows', { definition: NOTHING })).json();
    for (const id of [none, run as string]) {
      for (const what of ['redrive', 'drop'] as const)
        expect(await told(id, what)).toEqual([404, 'dead-letter.not-found']);
      const read = await api.get(`/dead-letters/${id}`);
      expect([read.statusCode, read.json().code]).toEqual([404, 'dead-letter.not-found']);
    }
    const letter = await setAside();
    for (const path of ['', '/events', '/result']) {
      expect((await api.get(`/workflows/${letter}${path}`)).json().code).toBe('workflow.not-found');
    }
    expect((await api.post(`/workflows/${letter}/cancel`)).json().code).toBe('workflow.not-found');
    expect((await api.get('/dead-letters?status=lost')).statusCode).toBe(400);
    expect((await api.get('/dead-letters/nonsense')).statusCode).toBe(400);
  });
});
