import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, ORDER, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', NOTHING);
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const ID = '018f3a5e-0000-7000-8000-00000000000A';
const start = async (body: object, headers = {}) => {
  const answer = await api.post('/workflows', body, headers);
  return answer.json<{ id: string; position: string }>();
};

describe('POST /workflows', () => {
  it('starts a run by name, by version, or with a whole definition', async () => {
    for (const definition of ['single', 'single@1', SINGLE]) {
      const answer = await api.post('/workflows', { definition });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toMatchObject({
        status: 'running',
        definition: { name: 'single', version: typeof definition === 'string' ? 1 : null },
        position: answer.headers['orrery-position'],
      });
      expect(answer.headers.etag).toBe('"2"');
    }
  });

  it('says how a run ended that ends as it starts', async () => {
    expect((await api.post('/workflows/', { definition: 'nothing' })).json().status).toBe('completed');
  });

  it('starts once with an id, in whatever case it is written', async () => {
    const first = await api.post('/workflows', { definition: 'single', id: ID });
    const again = await api.post('/workflows', { definition: 'single', id: ID });
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect([first.json().id, again.json().id]).toEqual([ID.toLowerCase(), ID.toLowerCase()]);
  });

  it('starts once with a key, and refuses the key with another body', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const first = await api.post('/workflows', { definition: 'single', input: { n: 1 } }, headers);
    const again = await api.post('/workflows', { input: { n: 1 }, definition: 'single' }, headers);
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json()).toEqual(first.json());
    const other = await api.post('/workflows', { definition: 'single', input: { n: 2 } }, headers);
    expect([other.statusCode, other.json().error.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('refuses both an id and a key, and definitions that are not there', async () => {
    const both = await api.post('/workflows', { definition: 'single', id: ID }, { 'idempotency-key': 'x' });
    expect([both.statusCode, both.json().code]).toEqual([400, 'request.id-and-key']);
    for (const definition of ['nobody', 'single@7', 'single@x', 'single@1@1']) {
      const answer = await api.post('/workflows', { definition });
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'definition.not-found']);
    }
  });

  it('tells the faults of a definition that came with the start', async () => {
    const answer = await api.post('/workflows', { definition: { orrery: 'v1', name: 'x', tasks: {} } });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'definition.invalid']);
    expect(answer.json().errors[0]).toMatchObject({ pointer: expect.any(String), severity: 'error' });
  });

  it('refuses an input that is too large, and says the limit', async () => {
    const answer = await api.post('/workflows', { definition: 'single', input: 'x'.repeat(1_048_577) });
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({
      code: 'input.too-large',
      error: { code: 'PAYLOAD_TOO_LARGE', details: { limit: 'payloadBytes', value: 1_048_576 } },
    });
  });
});

describe('GET /workflows', () => {
  it('lists and counts what was started, once the list has come so far', async () => {
    const { id, position } = await start({ definition: 'single', labels: { customer: 'Ada' }, priority: 7 });
    const answer = await api.get('/workflows?limit=1&status=running,paused&definition=single', {
      'orrery-position': position,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      items: [
        {
          id,
          definition: { name: 'single', version: 1 },
          status: 'running',
          labels: { customer: 'Ada' },
          priority: 7,
          endedAt: null,
          tasks: { total: 1, ended: 0 },
        },
      ],
      nextCursor: expect.any(String),
      position: expect.any(String),
      counts: { failed: 0, completed: 0, running: expect.any(Number) },
    });
    const next = await api.get(`/workflows?limit=1&cursor=${answer.json().nextCursor}`);
    expect(next.json().items[0].id).not.toBe(id);
  });

  it('filters by labels and by words', async () => {
    const labels = { team: 'sky, or sea: both', tier: 'gold' };
    const { id, position } = await start({ definition: 'single', labels });
    const found = async (query: string) => {
      const answer = await api.get(`/workflows?${query}`, { 'orrery-position': position });
      return [answer.json().items.map((run: { id: string }) => run.id), answer.json().counts.running];
    };
    const both = encodeURIComponent('team:sky, or sea: both');
    const same = encodeURIComponent('team=sky, or sea: both');
    const queries = [`label=${both}`, `label=${same}`, `label=${both}&label=tier`, 'label=tier:gold&q=sin%20sea'];
    for (const query of [...queries, `q=${id}`]) {
      expect([query, ...(await found(query))]).toEqual([query, [id], 1]);
    }
    for (const query of ['label=tier:silver', `label=${both}&label=size`, 'q=gold%20copper']) {
      expect([query, ...(await found(query))]).toEqual([query, [], 0]);
    }
  });

  it('takes several statuses with commas between, or one by one', async () => {
    const { id, position } = await start({ definition: 'single', labels: { several: '' } });
    for (const query of [
      'status=failed,running',
      'status=failed&status=running',
      'status=running,failed&status=paused',
    ]) {
      const answer = await api.get(`/workflows?label=several&${query}`, { 'orrery-position': position });
      expect(answer.json().items).toMatchObject([{ id }]);
    }
  });

  it('says how far it has come, and another list that is asked for as much is as new', async () => {
    const { id, position } = await start({ definition: 'single', labels: { reached: '' } });
    for (const list of ['/workflows', '/tasks', '/definitions']) {
      const first = (await api.get(list, { 'orrery-position': position })).json<{ position: string }>();
      const other = await api.get('/workflows?label=reached', { 'orrery-position': first.position });
      expect(other.json().items).toMatchObject([{ id }]);
      expect((await api.get(list)).json().position).toEqual(expect.any(String));
      expect((await api.get(`/workflows/${id}`, { 'orrery-position': first.position })).statusCode).toBe(200);
    }
  });

  it.each([
    'status=failed&status=',
    'label=',
    'label=a%20b',
    'label=:x',
    'label==x',
    'q=',
    `q=${'x'.repeat(1_025)}`,
    'q=a&q=b',
    'endedBefore=now',
  ])('refuses %s', async (query) => {
    const answer = await api.get(`/workflows?${query}`);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid']);
  });

  it('filters by time', async () => {
    const later = await api.get('/workflows?startedAfter=2999-01-01T00:00:00Z');
    const earlier = await api.get('/workflows?startedBefore=2000-01-01T00:00:00%2B02:00');
    const ended = await api.get('/workflows?endedBefore=2000-01-01T00:00:00Z');
    for (const answer of [later, earlier, ended]) expect(answer.json().items).toEqual([]);
  });
});

describe('GET /workflows/{id}', () => {
  it('shows a run with its tasks, and where it stands', async () => {
    const { id, position } = await start({ definition: ORDER, input: { items: [1] } });
    const answer = await api.get(`/workflows/${id.toUpperCase()}`, { 'orrery-position': position });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ etag: '"2"', 'orrery-position': position });
    expect(answer.json()).toMatchObject({
      id,
      status: 'running',
      waitingFor: expect.stringContaining('stock.reserve'),
      input: { items: [1] },
      version: 2,
      position,
      tasksCursor: null,
    });
    expect(answer.json().tasks.map((task: { key: string; status: string }) => [task.key, task.status])).toEqual([
      ['reserve', 'queued'],
      ['charge', 'pending'],
    ]);
  });

  it('shows a run as it was', async () => {
    const { id } = await start({ definition: 'nothing' });
    const past = await api.get(`/workflows/${id}?atVersion=1`);
    expect(past.json()).toMatchObject({ version: 1, status: 'running', endedAt: null });
    const future = await api.get(`/workflows/${id}?atVersion=99`);
    expect([future.statusCode, future.json().code]).toEqual([404, 'version.not-reached']);
  });

  it('shows tasks by the page, and large payloads when they are asked for', async () => {
    const tasks = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`t${n}`, { type: 'work' }]));
    const { id } = await start({ definition: { ...SINGLE, tasks, output: null }, input: 'x'.repeat(70_000) });
    const first = (await api.get(`/workflows/${id}`)).json();
    expect([first.tasks.length, first.tasksCursor, first.input, first.inputOmitted]).toEqual([500, '500', null, true]);
    const second = (await api.get(`/workflows/${id}?tasksCursor=500&payloads=true`)).json();
    expect([second.tasks.length, second.tasksCursor, second.input.length]).toEqual([100, null, 70_000]);
  });

  it('says that there is none', async () => {
    for (const path of ['', '/result', '/events']) {
      const answer = await api.get(`/workflows/00000000-0000-7000-8000-000000000001${path}`);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'workflow.not-found']);
      expect(answer.json().error).toMatchObject({ code: 'NOT_FOUND', name: 'WorkflowNotFoundError' });
    }
  });

  it('does not take the stream of a definition for a run', async () => {
    const { position } = (await api.post('/definitions', NOTHING)).json();
    const stream = Buffer.from(position, 'base64url').toString().split('/')[4];
    expect((await api.get(`/workflows/${stream}`)).statusCode).toBe(404);
  });

  it('answers nothing older than the position it is shown', async () => {
    const { id, position } = await start({ definition: 'single' });
    const parts = Buffer.from(position, 'base64url').toString().split('/');
    const ahead = Buffer.from([...parts.slice(0, 5), '99'].join('/')).toString('base64url');
    for (const path of [`/workflows/${id}`, `/workflows/${id}/result`]) {
      const answer = await api.get(path, { 'orrery-position': ahead });
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'position.not-reached']);
      expect(answer.headers['retry-after']).toBe('1');
    }
  });
});

describe('GET /workflows/{id}/result', () => {
  it('answers at once without a wait, and when the run ends with one', async () => {
    const task = await api.takeTask(SINGLE, 'work');
    const now = await api.get(`/workflows/${task.workflowId}/result`);
    expect(now.json()).toMatchObject({ status: 'running', ended: false, output: null });
    const waiting = api.get(`/workflows/${task.workflowId}/result?waitMs=5000`);
    await api.post(`/tasks/${task.id}/complete`, { leaseToken: task.leaseToken, output: [1, 2] });
    expect((await waiting).json()).toMatchObject({ status: 'completed', ended: true, output: [1, 2], error: null });
  });

  it('answers when the wait is over', async () => {
    const { id } = await start({ definition: 'single' });
    const answer = await api.get(`/workflows/${id}/result?waitMs=20`);
    expect([answer.statusCode, answer.json().ended]).toEqual([200, false]);
  });
});

describe('GET /workflows/{id}/events', () => {
  it('gives events in pages, oldest first', async () => {
    const { id } = await start({ definition: 'nothing' });
    const all = (await api.get(`/workflows/${id}/events`)).json();
    expect(all.items.map(({ version }: { version: number }) => version)).toEqual([1, 2, 3]);
    expect(all).toMatchObject({ nextCursor: null, position: all.items[2].position });
    expect(all.items[0]).toMatchObject({ type: 'WorkflowStarted', actor: 'anonymous', correlationId: id });
    const page = (await api.get(`/workflows/${id}/events?limit=2`)).json();
    expect([page.items.length, page.nextCursor]).toEqual([2, '2']);
    const rest = (await api.get(`/workflows/${id}/events?after=2`)).json();
    expect(rest.items.map(({ version }: { version: number }) => version)).toEqual([3]);
  });

  it('waits for more', async () => {
    const { id } = await start({ definition: 'single' });
    const waiting = api.get(`/workflows/${id}/events?after=2&waitMs=5000`);
    await api.post(`/workflows/${id}/pause`);
    expect((await waiting).json().items).toMatchObject([{ version: 3, type: 'WorkflowPaused' }]);
    const none = await api.get(`/workflows/${id}/events?after=3&waitMs=10`);
    expect(none.json()).toMatchObject({ items: [], nextCursor: null, position: null });
  });
});
