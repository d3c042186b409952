import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, createApi } from '@orrery/api';
import { pino } from 'pino';
import { definition } from '../engine/support/runs.js';
import { type ShardedProcess, openProcess } from './support/sharded-process.js';
import { type TwoDatabases, shardOf, twoDatabases } from './support/two-databases.js';

const ONE = definition({ a: {} });

let databases: TwoDatabases;
let process: ShardedProcess;
let api: Api;
const bugs: unknown[] = [];
beforeAll(async () => {
  databases = await twoDatabases();
  process = await openProcess(databases.shards, {});
  const logger = pino({ level: 'error' }, { write: (line: string) => void bugs.push(line) });
  const options = { host: '127.0.0.1', port: 0 };
  api = await createApi({ orchestration: process.orchestration, version: 'test', logger, options });
  await api.app.init();
}, 60_000);
afterAll(async () => {
  await api.close();
  await process.close();
  await databases.drop();
  expect(bugs).toEqual([]);
});

type Headers = Record<string, string>;
const post = (path: string, payload: object, headers: Headers = {}) =>
  api.app.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload });
/** Whoever is told to come again does: an open transaction of anybody in the cluster holds lists back. */
async function get(path: string, headers: Headers = {}) {
  for (;;) {
    const answer = await api.app.inject({ url: `/api/v1${path}`, headers });
    if (answer.statusCode !== 503) return answer;
  }
}
const at = (answer: { readonly headers: object }) => ({
  'orrery-position': String((answer.headers as Headers)['orrery-position']),
});

interface List {
  readonly items: readonly Record<string, string>[];
  readonly nextCursor: string | null;
  readonly position: string;
}

/** All items of a list, page by page, and how many pages there were. */
async function allOf(path: string, limit: number, headers: Headers = {}) {
  const items: Record<string, string>[] = [];
  let [pages, cursor] = [0, null as string | null];
  do {
    const list = (await get(`${path}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`, headers)).json<List>();
    expect(list.items.length).toBeLessThanOrEqual(limit);
    items.push(...list.items);
    cursor = list.nextCursor;
    pages += 1;
  } while (cursor !== null);
  return { items, pages };
}

describe('A list over two databases', () => {
  it('has the runs of both, newest first, page by page without a gap or a repeat', async () => {
    const batch = await post('/workflows/batch', { items: Array.from({ length: 50 }, () => ({ definition: ONE })) });
    const ids = batch.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    expect(new Set(ids.map(shardOf)).size).toBe(2);
    for (const [limit, pages] of [
      [7, 8],
      [10, 5],
      [50, 1],
      [100, 1],
    ] as const) {
      const all = await allOf('/workflows', limit, at(batch));
      expect(all.pages).toBe(pages);
      expect(all.items.map(({ id }) => id)).toHaveLength(50);
      expect(new Set(all.items.map(({ id }) => id))).toEqual(new Set(ids));
      const times = all.items.map(({ startedAt }) => startedAt!);
      expect(times).toEqual([...times].sort().reverse());
    }
    const { counts } = (await get('/workflows', at(batch))).json<{ counts: object }>();
    expect(counts).toMatchObject({ running: 50, completed: 0 });
    const tasks = await allOf('/tasks', 9, at(batch));
    expect(new Set(tasks.items.map(({ workflowId }) => workflowId))).toEqual(new Set(ids));
  });

  it('has the definitions of both, each of which is found by its name', async () => {
    const names = Array.from({ length: 9 }, (_, n) => `definition-${n}`);
    let last = await post('/definitions', { ...ONE, name: names[0]! });
    for (const name of names.slice(1)) last = await post('/definitions', { ...ONE, name }, at(last));
    const { items } = await allOf('/definitions', 2);
    // The newest may be missing, for nobody said how new the list must be.
    const all = await allOf('/definitions', 4, at(last));
    expect(all.items.length).toBeGreaterThanOrEqual(items.length);
    for (const name of names) expect((await get(`/definitions/${name}`)).statusCode).toBe(200);
    const registered = await databases.ask<{ count: string }>('east', 'select count(*) from definition_contents');
    const others = await databases.ask<{ count: string }>('west', 'select count(*) from definition_contents');
    expect(registered).toEqual(others);
  });

  it('is as new as the position that it is shown, whichever of them it is of', async () => {
    const before = (await get('/workflows')).json<List>();
    for (let n = 0; n < 20; n += 1) {
      const started = await post('/workflows', { definition: ONE });
      const { id } = started.json<{ id: string }>();
      expect((await get(`/workflows/${id}`, at(started))).json()).toMatchObject({ id, status: 'running' });
      const list = (await get('/workflows?limit=1', at(started))).json<List>();
      expect(list.items[0]).toMatchObject({ id });
      // What a list has reached, a list that is shown it has reached too.
      const again = (await get('/workflows?limit=1', { 'orrery-position': list.position })).json<List>();
      expect(again.items[0]).toMatchObject({ id });
    }
    expect((await get('/workflows', { 'orrery-position': before.position })).statusCode).toBe(200);
  });

  it('refuses a position of one of the databases alone', async () => {
    const forged = Buffer.from('71.1/3/1/1/5eed0002-0000-4000-8000-000000000001/1').toString('base64url');
    expect((await get('/workflows', { 'orrery-position': forged })).statusCode).toBe(410);
  });
});

describe('A worker over two databases', () => {
  it('gets the tasks of both, and never more at once than it asks for', async () => {
    const held = new Map<string, string>();
    for (;;) {
      const polled = await post('/tasks/poll', { workerId: 'w', types: ['work'], max: 7, waitMs: 200 });
      const { tasks } = polled.json<{ tasks: { id: string; workflowId: string; leaseToken: string }[] }>();
      if (tasks.length === 0) break;
      expect(tasks.length).toBeLessThanOrEqual(7);
      for (const { id, workflowId, leaseToken } of tasks) {
        expect(held.has(id)).toBe(false);
        held.set(id, workflowId);
        const beat = await post(`/tasks/${id}/heartbeat`, { leaseToken });
        expect(beat.json()).toMatchObject({ cancelled: false });
        expect((await post(`/tasks/${id}/complete`, { leaseToken, output: 1 })).statusCode).toBe(200);
      }
    }
    expect(held.size).toBe(70);
    expect(new Set([...held.values()].map(shardOf)).size).toBe(2);
    for (const id of held.values()) {
      expect((await get(`/workflows/${id}/result?waitMs=5000`)).json()).toMatchObject({ status: 'completed' });
    }
  }, 60_000);

  it('inside the process does no more at once than it may', async () => {
    let [running, most] = [0, 0];
    const narrow = await openProcess(
      databases.shards,
      {
        narrow: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          return null;
        },
      },
      { concurrency: 3 },
    );
    const document = definition({ a: { type: 'narrow' }, b: { type: 'narrow' }, c: { type: 'narrow' } });
    const ids = await Promise.all(Array.from({ length: 20 }, () => narrow.start({ definition: document })));
    for (const id of ids) expect((await narrow.ended(id)).status).toBe('completed');
    expect(most).toBe(3);
    await narrow.close();
  }, 60_000);
});
