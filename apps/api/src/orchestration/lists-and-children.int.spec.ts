import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', { ...NOTHING, tasks: { only: { type: 'wait', input: { signal: 'go' } } } });
});
afterAll(() => api.close());

const start = async (tasks: object, input: unknown = null) =>
  (await api.post('/workflows', { definition: { orrery: 'v1', name: 'outer', tasks }, input })).json().id as string;
const eventsOf = async (id: string) =>
  (await api.get(`/workflows/${id}/events`)).json().items as { type: string; data: Record<string, unknown> }[];

describe('a list', () => {
  it('shows its items after the tasks of the definition, with keys and ids of their own', async () => {
    const tasks = { list: { type: 'work', forEach: ['x', 'y'], compensate: { type: 'undo' } }, last: { type: 'noop' } };
    const id = await start(tasks);
    const run = (await api.get(`/workflows/${id}`)).json();
    expect(run.tasks.map((task: { key: string; status: string }) => [task.key, task.status])).toEqual([
      ['list', 'running'],
      ['last', 'completed'],
      ['list[0]', 'queued'],
      ['list[1]', 'queued'],
    ]);
    expect(run.tasks[0]).toMatchObject({ items: { total: 2, ended: 0 }, waitingFor: 'has done 0 of 2 items' });
    expect(run.tasks[3]).toMatchObject({ items: null, compensation: { key: 'list[1]', type: 'undo' } });
    expect(run.waitingFor).toMatch(/^"list\[0\]" waits for a worker .* \(and 1 more\)$/);
    const { tasks: polled } = (
      await api.post('/tasks/poll', { workerId: 'w', types: ['work'], max: 2, waitMs: 5_000 })
    ).json();
    for (const [index, { id: task, leaseToken }] of polled.entries()) {
      expect(task).toBe(run.tasks[2 + index].id);
      expect((await api.post(`/tasks/${task}/complete`, { leaseToken, output: index })).statusCode).toBe(200);
    }
    const done = (await api.get(`/workflows/${id}`)).json();
    expect(done.tasks.map(({ output }: { output: unknown }) => output)).toEqual([[0, 1], null, 0, 1]);
    expect((await eventsOf(id)).find(({ type }) => type === 'TaskExpanded')!.data).toMatchObject({
      key: 'list',
      items: ['x', 'y'],
    });
  });

  it('is paged as other tasks are', async () => {
    const id = await start({ list: { type: 'work', forEach: '${ input }' } }, [...Array(600).keys()]);
    const first = (await api.get(`/workflows/${id}`)).json();
    const second = (await api.get(`/workflows/${id}?tasksCursor=${first.tasksCursor}`)).json();
    expect([first.tasks.length, second.tasks.length, second.tasksCursor]).toEqual([500, 101, null]);
    expect(second.tasks.at(-1)).toMatchObject({ key: 'list[599]' });
    const summary = (await api.get('/workflows', { 'orrery-position': first.position })).json().items[0];
    expect(summary.tasks).toEqual({ total: 601, ended: 0 });
  });
});

describe('a child run', () => {
  it('and its parent name each other', async () => {
    const id = await start({ inner: { type: 'workflow', input: { definition: 'nothing' } } });
    const { tasks } = (await api.get(`/workflows/${id}`)).json();
    const { childId } = tasks[0];
    expect(tasks[0]).toMatchObject({ status: 'running', waitingFor: expect.stringContaining(childId) });
    const parent = { id, taskId: tasks[0].id, attempt: 1 };
    // It is started by a reaction to the commit that answered the start of its parent, some turns later.
    let shown = await api.get(`/workflows/${childId}`);
    for (let turn = 0; shown.statusCode === 404 && turn < 1_000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      shown = await api.get(`/workflows/${childId}`);
    }
    expect(shown.json()).toMatchObject({
      parent,
      status: 'running',
      waitingFor: expect.stringContaining('the signal "go"'),
    });
    expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'TaskStarted', data: { key: 'inner', childId } });
    const [started] = await eventsOf(childId);
    expect(started!.data).toMatchObject({ parent });
    expect((await api.post(`/workflows/${childId}/signals/go`)).statusCode).toBe(202);
    const ended = await api.get(`/workflows/${id}/result?waitMs=5000`);
    expect(ended.json()).toMatchObject({ status: 'completed' });
  });
});
