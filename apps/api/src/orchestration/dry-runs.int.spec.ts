import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

const ID = '5eed0009-0000-4000-8000-000000000001';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

interface Tried {
  readonly events: readonly { readonly type: string; readonly data: { readonly taskId?: string } }[];
}
const typesOf = ({ events }: Tried) => events.map(({ type }) => type);

describe('a start that is only tried', () => {
  it('tells the events that would follow, and starts nothing', async () => {
    const tried = await api.post('/workflows?dryRun=true', { id: ID, definition: SINGLE });
    expect([tried.statusCode, tried.headers['orrery-position']]).toEqual([200, undefined]);
    expect(typesOf(tried.json())).toEqual(['WorkflowStarted', 'TaskQueued']);
    expect(tried.json<Tried>().events[1]!.data.taskId).toBe(`${ID}~0`);
    expect((await api.get(`/workflows/${ID}`)).statusCode).toBe(404);
  });

  it('does not store the definition that came with it', async () => {
    const definition = { ...SINGLE, name: 'stored-later' };
    await api.post('/workflows?dryRun=true', { definition });
    expect((await api.post('/workflows', { definition })).statusCode).toBe(201);
    const { contents } = api.orchestration.ports;
    const { hash } = (await api.post('/workflows', { definition })).json<{ definition: { hash: string } }>().definition;
    expect(await contents.get('default' as never, hash)).toMatchObject({ document: definition });
  });

  it('is refused as the start would be', async () => {
    const nobody = await api.post('/workflows?dryRun=true', { definition: 'nobody' });
    expect([nobody.statusCode, nobody.json().code]).toEqual([404, 'definition.not-found']);
    const input = { type: 'object', required: ['n'] };
    const wrong = await api.post('/workflows?dryRun=true', { definition: { ...NOTHING, input }, input: {} });
    expect([wrong.statusCode, wrong.json().code]).toEqual([400, 'input.invalid']);
    const unsaid = await api.post('/workflows?dryRun=1', { definition: NOTHING });
    expect([unsaid.statusCode, unsaid.json().code]).toEqual([400, 'request.invalid']);
  });

  it('tells nothing of one that came before, and refuses its key to another', async () => {
    const key = { 'idempotency-key': 'tried-1' };
    expect((await api.post('/workflows', { definition: NOTHING }, key)).statusCode).toBe(201);
    expect((await api.post('/workflows?dryRun=true', { definition: NOTHING }, key)).json()).toEqual({ events: [] });
    const other = await api.post('/workflows?dryRun=true', { definition: SINGLE }, key);
    expect([other.statusCode, other.json().code]).toEqual([422, 'key.reused']);
  });

  it('may be one of many, each with its own answer', async () => {
    const items = [{ definition: NOTHING }, { definition: 'nobody' }, { definition: NOTHING, priority: 11 }];
    const answer = await api.post('/workflows/batch?dryRun=true', { items });
    expect([answer.statusCode, answer.json().position]).toEqual([200, null]);
    const [first, ...others] = answer.json<{ items: [Tried] }>().items;
    expect(typesOf(first)[0]).toBe('WorkflowStarted');
    expect(others).toMatchObject([{ problem: { code: 'definition.not-found' } }, { problem: { status: 400 } }]);
  });
});

describe('a registration that is only tried', () => {
  const definition = { ...NOTHING, name: 'only-tried' };

  it('tells the event that would follow, and registers nothing', async () => {
    const tried = await api.post('/definitions?dryRun=true', definition);
    expect(tried.statusCode).toBe(200);
    expect(tried.json<Tried>().events).toMatchObject([
      { type: 'DefinitionRegistered', data: { name: 'only-tried', version: 1 } },
    ]);
    expect((await api.get('/definitions/only-tried')).statusCode).toBe(404);
  });

  it('tells nothing of content that is known, and refuses what has faults', async () => {
    expect((await api.post('/definitions', definition)).statusCode).toBe(201);
    expect((await api.post('/definitions?dryRun=true', definition)).json()).toEqual({ events: [] });
    const faulty = await api.post('/definitions?dryRun=true', { ...definition, tasks: {} });
    expect([faulty.statusCode, faulty.json().code]).toEqual([400, 'definition.invalid']);
  });
});

describe('a deletion that is only tried', () => {
  it('tells the event that would follow, and deletes nothing', async () => {
    const { id } = (await api.post('/workflows', { definition: NOTHING })).json<{ id: string }>();
    expect(typesOf((await api.delete(`/workflows/${id}?dryRun=true`)).json())).toEqual(['WorkflowDeleted']);
    expect((await api.get(`/workflows/${id}`)).statusCode).toBe(200);
    expect((await api.delete(`/workflows/${id}`)).statusCode).toBe(202);
    expect((await api.delete(`/workflows/${id}?dryRun=true`)).json()).toEqual({ events: [] });
  });

  it('is refused as the deletion would be', async () => {
    const { id } = (await api.post('/workflows', { definition: SINGLE })).json<{ id: string }>();
    expect((await api.delete(`/workflows/${id}?dryRun=true`)).json().code).toBe('workflow.not-ended');
  });
});

describe('a command that is only tried', () => {
  it('is guarded by the version as the command is', async () => {
    const { id } = (await api.post('/workflows', { definition: SINGLE })).json<{ id: string }>();
    const stale = await api.post(`/workflows/${id}/pause?dryRun=true`, undefined, { 'if-match': '"1"' });
    expect([stale.statusCode, stale.json().code]).toEqual([412, 'version.mismatch']);
    const current = await api.post(`/workflows/${id}/pause?dryRun=true`, undefined, { 'if-match': '"2"' });
    expect(typesOf(current.json())).toEqual(['WorkflowPaused']);
  });

  it('is refused where nothing can be tried', async () => {
    const poll = await api.post('/tasks/poll?dryRun=true', { workerId: 'w', types: ['x'] });
    expect([poll.statusCode, poll.json().errors[0].code]).toEqual([400, 'request.unknown-field']);
  });
});
