import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const start = async (definition: object = SINGLE) =>
  (await api.post('/workflows', { definition })).json<{ id: string }>().id;
const statusOf = async (id: string) => (await api.get(`/workflows/${id}/result`)).json<{ status: string }>().status;

/** A run that failed for good, without anything to undo. */
async function startFailed(type: string) {
  const task = await api.takeTask({ ...SINGLE, tasks: { only: { type } } }, type);
  const error = { message: 'it broke', retryable: false };
  await api.post(`/tasks/${task.id}/fail`, { leaseToken: task.leaseToken, error });
  return task.workflowId;
}

describe('a command to a run', () => {
  it('is accepted when it changes something, and answered when it does not', async () => {
    const id = await start();
    const first = await api.post(`/workflows/${id}/pause`);
    expect(first.statusCode).toBe(202);
    expect(first.json()).toEqual({ id, changed: true, position: first.headers['orrery-position'] });
    expect(first.headers.etag).toBe('"3"');
    const again = await api.post(`/workflows/${id}/pause`, {});
    expect([again.statusCode, again.json().changed, again.headers.etag]).toEqual([200, false, '"3"']);
    expect((await api.post(`/workflows/${id}/resume`)).statusCode).toBe(202);
    expect(await statusOf(id)).toBe('running');
  });

  it('cancels, for a reason', async () => {
    const id = await start();
    const answer = await api.post(`/workflows/${id}/cancel`, { reason: 'not wanted any more', compensate: false });
    expect(answer.statusCode).toBe(202);
    const ended = await api.get(`/workflows/${id}/result?waitMs=5000`);
    expect(ended.json()).toMatchObject({ status: 'cancelled', error: { message: 'not wanted any more' } });
  });

  it('signals, with any JSON or nothing as the payload', async () => {
    const wait = { type: 'wait', input: { signal: 'go', schema: { type: ['null', 'object'] } } };
    const id = await start({ ...NOTHING, tasks: { first: wait, second: { ...wait, dependsOn: ['first'] } } });
    const path = `/workflows/${id}/signals/go`;
    const tried = await api.post(`${path}?dryRun=true`, { by: 'me' });
    expect(tried.json<{ events: { type: string }[] }>().events.map(({ type }) => type)).toEqual([
      ...['SignalReceived', 'TaskCompleted', 'TaskStarted'],
    ]);
    const once = { 'idempotency-key': 'once' };
    expect((await api.post(path, { by: 'me' }, once)).statusCode).toBe(202);
    expect((await api.post(path, { by: 'me' }, once)).statusCode).toBe(200);
    expect((await api.post(path, { by: 'you' }, once)).statusCode).toBe(422);
    expect(await statusOf(id)).toBe('running');
    expect((await api.post(path)).statusCode).toBe(202);
    expect(await statusOf(id)).toBe('completed');
  });

  it('refuses a signal that the run has no use for, and says why', async () => {
    const wait = { type: 'wait', input: { signal: 'approve', schema: { type: 'object' } } };
    const id = await start({ ...NOTHING, tasks: { first: wait } });
    const wrong = await api.post(`/workflows/${id}/signals/approve`, [5]);
    expect([wrong.statusCode, wrong.json().code, wrong.json().errors[0].pointer]).toEqual([400, 'signal.invalid', '']);
    const unknown = await api.post(`/workflows/${id}/signals/aprove`, {});
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'signal.not-found']);
    expect(unknown.json().detail).toContain('did you mean "approve"?');
    expect((await api.post(`/workflows/${id}/signals/no%20name`)).statusCode).toBe(400);
    expect((await api.post(`/workflows/${id}/cancel`)).statusCode).toBe(202);
    for (const payload of [{}, [5], { large: 'x'.repeat(1_048_576) }]) {
      expect((await api.post(`/workflows/${id}/signals/approve`, payload)).json().code).toBe('workflow.ended');
    }
  });

  it('retries a run that failed', async () => {
    const id = await startFailed('failing');
    expect(await statusOf(id)).toBe('failed');
    expect((await api.post(`/workflows/${id}/retry`)).statusCode).toBe(202);
    expect(await statusOf(id)).toBe('running');
  });

  it('is refused with the reason when the state does not allow it', async () => {
    const id = await start(NOTHING);
    for (const [command, code] of [
      ['cancel', 'workflow.ended'],
      ['pause', 'workflow.ended'],
      ['resume', 'workflow.ended'],
      ['retry', 'workflow.not-failed'],
    ]) {
      const answer = await api.post(`/workflows/${id}/${command}`);
      expect([answer.statusCode, answer.json().code]).toEqual([409, code]);
      expect(answer.json().error).toMatchObject({ code: 'CONFLICT', details: { status: 'completed' } });
    }
  });

  it('is refused when the run is failing already', async () => {
    const tasks = {
      only: { type: 'doing', compensate: { type: 'undoing' } },
      then: { type: 'more', dependsOn: ['only'] },
    };
    const task = await api.takeTask({ ...SINGLE, tasks }, 'doing');
    await api.post(`/tasks/${task.id}/complete`, { leaseToken: task.leaseToken, output: 1 });
    const [more] = (await api.post('/tasks/poll', { workerId: 'w', types: ['more'], waitMs: 5000 })).json().tasks;
    const error = { message: 'it broke', retryable: false };
    await api.post(`/tasks/${more.id}/fail`, { leaseToken: more.leaseToken, error });
    const answer = await api.post(`/workflows/${task.workflowId}/cancel`);
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'workflow.stopping']);
  });

  it('is refused when there is no such run', async () => {
    const answer = await api.post('/workflows/00000000-0000-7000-8000-000000000001/pause');
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'workflow.not-found']);
  });

  it('is guarded by the version it was decided on', async () => {
    const id = await start();
    const stale = await api.post(`/workflows/${id}/pause`, undefined, { 'if-match': '"1"' });
    expect(stale.statusCode).toBe(412);
    expect(stale.json()).toMatchObject({
      code: 'version.mismatch',
      error: { code: 'CONCURRENCY_CONFLICT', name: 'ConcurrencyError', details: { version: 2 } },
    });
    expect((await api.post(`/workflows/${id}/pause`, undefined, { 'if-match': '"2"' })).statusCode).toBe(202);
    expect((await api.post(`/workflows/${id}/resume`, undefined, { 'if-match': '*' })).statusCode).toBe(202);
  });

  it('is repeatable by its key, for this run', async () => {
    const [one, other] = [await start(), await start()];
    const headers = { 'idempotency-key': 'stop-it' };
    const first = await api.post(`/workflows/${one}/cancel`, { reason: 'a' }, headers);
    const again = await api.post(`/workflows/${one}/cancel`, { reason: 'a' }, headers);
    expect([first.statusCode, again.statusCode]).toEqual([202, 200]);
    expect(again.headers.etag).toBe(first.headers.etag);
    const changed = await api.post(`/workflows/${one}/cancel`, { reason: 'b' }, headers);
    expect([changed.statusCode, changed.json().code]).toEqual([422, 'key.reused']);
    const operation = await api.post(`/workflows/${one}/pause`, undefined, headers);
    expect(operation.statusCode).toBe(422);
    expect((await api.post(`/workflows/${other}/cancel`, { reason: 'b' }, headers)).statusCode).toBe(202);
  });

  it('says what would follow, and does nothing, when it is only tried', async () => {
    const id = await start();
    const answer = await api.post(`/workflows/${id}/cancel?dryRun=true`, { reason: 'perhaps' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().events[0]).toMatchObject({ type: 'WorkflowStopped', data: { cause: 'cancelled' } });
    expect(await statusOf(id)).toBe('running');
    const failed = await startFailed('failing-too');
    const retry = (await api.post(`/workflows/${failed}/retry?dryRun=true`)).json();
    expect(retry.events).toContainEqual(
      expect.objectContaining({ type: 'TaskQueued', data: { taskId: `${failed}~0`, attempt: 2 } }),
    );
    expect((await api.post(`/workflows/${id}/retry?dryRun=true`)).json().code).toBe('workflow.not-failed');
    expect((await api.post(`/workflows/${id}/pause?dryRun=false`)).statusCode).toBe(202);
  });
});
