import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Known, KnownPlace } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { type TestApi, openTestApi } from '../testing/test-api.js';

const WAITS = { orrery: 'v1', name: 'waits', tasks: { wait: { type: 'wait', input: { signal: 'never' } } } };

let api: TestApi;
/** What was known at each read from a copy. */
let known: Known[];

beforeEach(async () => {
  known = [];
  const copies = {
    readStream: (...[key, version, limit, said]: [never, number, number, Known]) => {
      known.push(said);
      return api.log.readStream(key, version, limit);
    },
    readStreams: (after: readonly KnownPlace[], limit: number) => {
      known.push(...after.map((each) => each.known));
      return api.log.readStreams(after, limit);
    },
  };
  api = await openTestApi({ ports: { copies } });
});

afterEach(() => api.close());

const start = async (headers = {}) => (await api.post('/workflows', { definition: WAITS }, headers)).json();

describe('where a copy of the log may be behind, a question tells it', () => {
  it.each(['', '/result', '/events'])('nothing, if nothing is known, of a run%s', async (path) => {
    const { id } = await start();
    await api.get(`/workflows/${id}${path}`);
    expect(known[0]).toEqual({ version: 0, transactionId: 0n });
  });

  it.each(['', '/result', '/events'])('the version that the run had when it was written, of a run%s', async (path) => {
    const { id, position } = await start();
    await api.get(`/workflows/${id}${path}`, { 'orrery-position': position });
    expect(known[0]).toEqual({ version: 2, transactionId: 0n });
  });

  it('which transaction has ended, if the position is of another run or of many', async () => {
    const [{ id }, { position }] = [await start(), await start()];
    await api.get(`/workflows/${id}`, { 'orrery-position': position });
    const many = await api.post('/workflows/batch', { items: [{ definition: WAITS }, { definition: WAITS }] });
    await api.get(`/workflows/${id}`, { 'orrery-position': many.headers['orrery-position'] as string });
    expect(known.map(({ version }) => version)).toEqual([0, 0]);
    expect(known[0]!.transactionId).toBeGreaterThan(0n);
    expect(known[1]!.transactionId).toBeGreaterThan(known[0]!.transactionId);
  });

  it('of the runs of a list, the version that each row has', async () => {
    const { id, position } = await start();
    const list = await api.get('/workflows?include=waitingFor', { 'orrery-position': position });
    expect(list.json().items).toMatchObject([
      { id, waitingFor: expect.stringMatching(/^"wait" waits for the signal/) },
    ]);
    const query = '{ workflows { nodes { version waitingFor tasks { nodes { key } } } } }';
    const { nodes } = (await api.post('/graphql', { query })).json().data.workflows;
    expect(nodes).toMatchObject([{ version: 2, tasks: { nodes: [{ key: 'wait' }] } }]);
    expect(known).toEqual(Array(3).fill({ version: 2, transactionId: 0n }));
  });

  it('of the runs of tasks, how far the list has come', async () => {
    const { position } = await start();
    const query = `query { tasks(atLeast: "${position}") { nodes { workflow { version } } } }`;
    expect((await api.post('/graphql', { query })).json().data.tasks.nodes).toEqual([{ workflow: { version: 2 } }]);
    expect(known).toEqual([{ version: 0, transactionId: expect.any(BigInt) }]);
    expect(known[0]!.transactionId).toBeGreaterThan(0n);
  });

  it('that everything is wanted, if it waits', async () => {
    const { id } = await start();
    await api.get(`/workflows/${id}/result?waitMs=1`);
    await api.get(`/workflows/${id}/events?after=100&waitMs=1`);
    expect(known.length).toBeGreaterThan(1);
    expect(known.every(({ version }) => version === Infinity)).toBe(true);
  });

  it('the version that is asked for', async () => {
    const { id } = await start();
    await api.get(`/workflows/${id}?atVersion=2`);
    expect(known.at(-1)).toEqual({ version: 2, transactionId: 0n });
  });

  it('and what decides asks the log alone', async () => {
    const key = { 'idempotency-key': 'again' };
    const { id } = await start(key);
    expect((await start(key)).id).toBe(id);
    await api.post(`/workflows/${id}/cancel`, {});
    expect((await api.delete(`/workflows/${id}`)).statusCode).toBe(202);
    expect(known).toEqual([]);
  });

  it('and of a run that it had looked at, and that was deleted and forgotten since, shows nothing', async () => {
    const { id } = await start();
    await api.get(`/workflows/${id}`);
    await api.post(`/workflows/${id}/cancel`, {});
    await api.delete(`/workflows/${id}`);
    await api.log.forgetAllButLast([{ namespace: DEFAULT_NAMESPACE, stream: id }]);
    expect((await api.get(`/workflows/${id}`)).statusCode).toBe(410);
  });
});
