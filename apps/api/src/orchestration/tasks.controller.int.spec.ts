import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const single = (type: string, more: object = {}) => ({ ...SINGLE, name: type, tasks: { only: { type, ...more } } });
const poll = async (body: object) => (await api.post('/tasks/poll', { workerId: 'w1', ...body })).json();

describe('POST /tasks/poll', () => {
  it('hands a task out with everything that its worker needs', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const document = single('polled', { input: { a: '${ input.a }' }, timeout: '1m', retry: { maxAttempts: 4 } });
    await api.post('/workflows', { definition: document, input: { a: 1 } }, { traceparent });
    const { tasks } = await poll({ types: ['polled'], waitMs: 5_000 });
    expect(tasks).toEqual([
      {
        id: expect.stringMatching(/~0$/),
        workflowId: expect.any(String),
        key: 'only',
        type: 'polled',
        attempt: 1,
        maxAttempts: 4,
        compensation: false,
        input: { a: 1 },
        deadline: expect.stringMatching(/^\d{4}-.*Z$/),
        heartbeatMs: 5_000,
        leaseToken: expect.stringMatching(/^1\./),
        idempotencyKey: tasks[0].id,
        trace: traceparent,
      },
    ]);
  });

  it('gives as many as are wanted and no more, and answers at once without a wait', async () => {
    const tasks = Object.fromEntries(['a', 'b', 'c'].map((key) => [key, { type: 'many' }]));
    await api.post('/workflows', { definition: { ...single('many'), tasks, output: null } });
    expect((await poll({ types: ['many'], max: 2, waitMs: 5_000 })).tasks).toHaveLength(2);
    expect((await poll({ types: ['many', 'other'], max: 2, waitMs: 5_000 })).tasks).toHaveLength(1);
    expect((await poll({ types: ['many'] })).tasks).toEqual([]);
  });

  it('waits for work', async () => {
    const waiting = poll({ types: ['later'], waitMs: 5_000 });
    await api.post('/workflows', { definition: single('later') });
    expect((await waiting).tasks).toMatchObject([{ type: 'later' }]);
    expect((await poll({ types: ['later'], waitMs: 10 })).tasks).toEqual([]);
  });

  it('shows who is there, and keeps that for an owner after this one', async () => {
    await poll({ types: ['seen'], workerId: 'seen-1' });
    const { items } = (await api.get('/workers')).json();
    expect(items).toContainEqual(expect.objectContaining({ id: 'seen-1', types: ['seen'], transport: 'poll' }));
  });
});

describe('a report', () => {
  it('completes a task, and again gets the same answer', async () => {
    const task = await api.takeTask(single('completed'), 'completed');
    const body = { leaseToken: task.leaseToken, output: { n: 1 }, startedAt: '2030-01-01T00:00:00Z' };
    const first = await api.post(`/tasks/${task.id}/complete`, body);
    expect([first.statusCode, first.json()]).toEqual([
      200,
      { id: task.id, position: first.headers['orrery-position'] },
    ]);
    expect((await api.post(`/tasks/${task.id}/complete`, body)).statusCode).toBe(200);
    const run = (await api.get(`/workflows/${task.workflowId}`)).json();
    expect(run).toMatchObject({ status: 'completed', output: { n: 1 } });
    expect(run.tasks[0]).toMatchObject({ worker: 'spec', startedAt: '2030-01-01T00:00:00.000Z' });
  });

  it('fails an attempt, and another one follows not before it is wanted', async () => {
    const task = await api.takeTask(single('failed', { retry: { maxAttempts: 2 } }), 'failed');
    const error = { message: 'busy', code: 'card.busy', details: { line: 3 }, retryAfter: '10m' };
    expect((await api.post(`/tasks/${task.id}/fail`, { leaseToken: task.leaseToken, error })).statusCode).toBe(200);
    const [shown] = (await api.get(`/workflows/${task.workflowId}`)).json().tasks;
    expect(shown).toMatchObject({
      status: 'waiting',
      error: { code: 'card.busy', message: 'busy', details: { line: 3 } },
    });
    expect(Date.parse(shown.nextAttemptAt) - Date.now()).toBeGreaterThan(500_000);
  });

  it('ends a task for good when its worker says so', async () => {
    const task = await api.takeTask(single('hopeless'), 'hopeless');
    const error = { message: 'no such card', retryable: false };
    await api.post(`/tasks/${task.id}/fail`, { leaseToken: task.leaseToken, error });
    const run = (await api.get(`/workflows/${task.workflowId}/result`)).json();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'task.failed', message: 'no such card' } });
  });

  it('is refused with a lease that is not the one', async () => {
    const task = await api.takeTask(single('stale'), 'stale');
    for (const leaseToken of ['1.somebody', '2.x', 'nonsense', '0']) {
      const answer = await api.post(`/tasks/${task.id}/complete`, { leaseToken, output: null });
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'task.lease-lost']);
      expect(answer.json().error.name).toBe('TaskExecutionError');
    }
    const { id, leaseToken } = task;
    await api.post(`/tasks/${id}/complete`, { leaseToken, output: 'first' });
    const late = await api.post(`/tasks/${id}/fail`, { leaseToken: '1.other', error: { message: 'x' } });
    expect(late.statusCode).toBe(409);
    expect((await api.post(`/tasks/${id}/heartbeat`, { leaseToken: '7.x' })).statusCode).toBe(409);
  });

  it('is refused for a task or a run that is not there', async () => {
    const task = await api.takeTask(single('there'), 'there');
    const body = { leaseToken: '1.x', output: null };
    const other = await api.post(`/tasks/${task.workflowId}~99/complete`, body);
    expect([other.statusCode, other.json().code]).toEqual([404, 'task.not-found']);
    const nobody = await api.post('/tasks/00000000-0000-7000-8000-000000000001~0/complete', body);
    expect([nobody.statusCode, nobody.json().code]).toEqual([404, 'workflow.not-found']);
    const named = await api.post('/tasks/not-an-id/complete', body);
    expect([named.statusCode, named.json().errors[0].in]).toEqual([400, 'path']);
  });

  it('fails the attempt whose output is too large, and refuses an error that is', async () => {
    const large = 'x'.repeat(1_048_577);
    const task = await api.takeTask(single('large', { retry: { maxAttempts: 1 } }), 'large');
    const failing = { leaseToken: task.leaseToken, error: { message: 'see details', details: large } };
    const refused = await api.post(`/tasks/${task.id}/fail`, failing);
    expect([refused.statusCode, refused.json().code]).toEqual([413, 'error.too-large']);
    await api.post(`/tasks/${task.id}/complete`, { leaseToken: task.leaseToken, output: large });
    const run = (await api.get(`/workflows/${task.workflowId}/result`)).json();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'output.too-large' } });
  });

  it('may be one of many, and each gets its own answer', async () => {
    const tasks = [await api.takeTask(single('batch-1'), 'batch-1'), await api.takeTask(single('batch-2'), 'batch-2')];
    const [one, two] = tasks.map(({ id, leaseToken }) => ({ id, leaseToken }));
    const results = [
      { ...one, output: 1 },
      { ...two, leaseToken: '1.wrong', output: 2 },
      { ...two, error: { message: 'broken', retryable: false } },
    ];
    const answer = await api.post('/tasks/results', { results });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().results).toEqual([
      { id: one!.id, recorded: true, position: expect.any(String) },
      { id: two!.id, recorded: false, problem: expect.objectContaining({ status: 409, code: 'task.lease-lost' }) },
      { id: two!.id, recorded: true, position: expect.any(String) },
    ]);
  });
});

describe('POST /tasks/{id}/heartbeat', () => {
  it('renews the lease, and is refused when it is lost', async () => {
    const { id, leaseToken } = await api.takeTask(single('beating'), 'beating');
    const answer = await api.post(`/tasks/${id}/heartbeat`, { leaseToken, progress: { done: 3 } });
    expect([answer.statusCode, answer.json()]).toEqual([200, { id, leaseMs: 15_000, cancelled: false }]);
    const lost = await api.post(`/tasks/${id}/heartbeat`, { leaseToken: '1.other' });
    expect([lost.statusCode, lost.json().code]).toEqual([409, 'task.lease-lost']);
  });

  it('tells that the run was cancelled, and is refused when the attempt has ended', async () => {
    const { id, leaseToken } = await api.takeTask(single('cancelling'), 'cancelling');
    await api.post(`/workflows/${id.split('~')[0]}/cancel`, {});
    const told = await api.post(`/tasks/${id}/heartbeat`, { leaseToken });
    expect(told.json()).toMatchObject({ cancelled: true });
    await api.post(`/tasks/${id}/complete`, { leaseToken, output: null });
    const late = await api.post(`/tasks/${id}/heartbeat`, { leaseToken });
    expect([late.statusCode, late.json().code]).toEqual([409, 'task.lease-lost']);
  });
});

describe('GET /tasks', () => {
  it('lists open and failed tasks of all runs', async () => {
    const document = single('listed', { retry: { maxAttempts: 3, backoff: { initial: '1h', max: '1h' } } });
    const task = await api.takeTask(document, 'listed');
    const error = { message: 'busy' };
    const failed = await api.post(`/tasks/${task.id}/fail`, { leaseToken: task.leaseToken, error });
    const answer = await api.get('/tasks?type=listed&status=waiting,failed', {
      'orrery-position': failed.json().position,
    });
    expect(answer.json().items).toEqual([
      {
        id: task.id,
        workflowId: task.workflowId,
        key: 'only',
        type: 'listed',
        status: 'waiting',
        attempt: 1,
        priority: 1,
        since: expect.any(String),
        nextAttemptAt: expect.any(String),
        worker: null,
        error: { code: 'task.failed', message: 'busy' },
      },
    ]);
    const queued = await api.get('/tasks?type=listed&status=queued');
    expect(queued.json().items).toEqual([]);
  });
});
