import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LIVE_LIMITS } from '@orrery/application';
import { SESSION_LIMITS } from '@orrery/contract';
import { WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

type Frame = { readonly type: string; readonly [field: string]: unknown };

/** A socket, and the frames that came over it. */
interface Listener {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  send(frame: object): void;
  /** Resolves with those of a type and an id, when there are so many. */
  until(count: number, type: string, id?: string): Promise<readonly Frame[]>;
}

const open: WebSocket[] = [];
async function connect(url: string, options = {}): Promise<Listener> {
  const socket = new WebSocket(url, options);
  open.push(socket);
  const frames: Frame[] = [];
  socket.on('message', (data) => void frames.push(JSON.parse(String(data)) as Frame));
  await once(socket, 'open');
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  const those = (type: string, id?: string) =>
    frames.filter((frame) => frame.type === type && (id === undefined || frame['id'] === id));
  return {
    socket,
    frames,
    send,
    async until(count, type, id) {
      while (those(type, id).length < count) await once(socket, 'message');
      return those(type, id);
    },
  };
}
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  url = (await api.api.listen()).replace('http', 'ws');
  await api.post('/definitions', NOTHING);
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const start = async (definition: string, labels = {}) =>
  (await api.post('/workflows', { definition, labels })).json<{ id: string }>().id;

async function listen(path = '/api/v1/ws'): Promise<Listener> {
  const listener = await connect(url + path);
  listener.send({ type: 'hello' });
  await listener.until(1, 'welcome');
  return listener;
}

interface Item {
  readonly cursor: string;
  readonly workflowId: string;
  readonly type: string;
}
const itemsOf = (frames: readonly Frame[]) => frames.map(({ event }) => event as Item);

describe('a socket that listens', () => {
  it('is welcomed, under either path, and told the limits', async () => {
    for (const path of ['/ws', '/api/v1/ws']) {
      const { frames } = await listen(path);
      expect(frames).toEqual([
        { type: 'welcome', sessionId: expect.any(String), limits: expect.objectContaining(LIVE_LIMITS) },
      ]);
    }
  });

  it('has many subscriptions, each with its filter and its own end', async () => {
    const listener = await listen();
    listener.send({ type: 'subscribe', id: 'all' });
    listener.send({ type: 'subscribe', id: 'sky', filter: { label: 'team:sky', type: ['WorkflowStarted'] } });
    await listener.until(2, 'subscribed');
    const run = await start('nothing');
    const ofSky = await start('nothing', { team: 'sky' });
    const { items } = (await api.get(`/workflows/${ofSky}/events`)).json<{ items: object[] }>();
    const all = itemsOf(await listener.until(2 * items.length, 'event', 'all'));
    expect(all.filter(({ workflowId }) => workflowId === ofSky)).toEqual(
      items.map((item) => ({ ...item, ...aboutRun(ofSky) })),
    );
    expect(all.filter(({ workflowId }) => workflowId === run)).toHaveLength(items.length);
    expect(itemsOf(await listener.until(1, 'event', 'sky')).map(({ workflowId }) => workflowId)).toEqual([ofSky]);

    listener.send({ type: 'unsubscribe', id: 'all' });
    const [{ cursor }] = (await listener.until(1, 'unsubscribed')) as [Frame];
    await start('nothing', { team: 'sky' });
    await listener.until(2, 'event', 'sky');
    expect(itemsOf(await listener.until(1, 'event', 'all'))).toHaveLength(all.length);
    // It comes back under the same id, and has missed nothing.
    listener.send({ type: 'subscribe', id: 'all', after: cursor });
    expect(itemsOf(await listener.until(all.length + items.length, 'event', 'all'))).toHaveLength(
      all.length + items.length,
    );
  });

  it('is told what is wrong with a subscription, and keeps the others', async () => {
    const listener = await listen();
    listener.send({ type: 'subscribe', id: 'a', after: 'x' });
    listener.send({ type: 'subscribe', id: 'b' });
    listener.send({ type: 'subscribe', id: 'b' });
    listener.send({ type: 'unsubscribe', id: 'nobody' });
    const refused = await listener.until(2, 'refused');
    const problems = refused.map(({ id, problem }) => [id, (problem as { code: string }).code]);
    expect(problems.sort()).toEqual([
      ['a', 'cursor.invalid'],
      ['b', 'live.id-in-use'],
    ]);
    expect(await listener.until(1, 'unsubscribed')).toMatchObject([{ id: 'nobody', cursor: null }]);
    await listener.until(1, 'subscribed', 'b');
    await start('nothing');
    await listener.until(1, 'event', 'b');
  });

  it('has as many as a socket may have, and no more', async () => {
    const listener = await listen();
    const most = LIVE_LIMITS.subscriptionsPerSocket;
    for (let n = 0; n <= most; n += 1) listener.send({ type: 'subscribe', id: String(n), filter: { label: 'x' } });
    expect(await listener.until(1, 'refused')).toMatchObject([
      { id: String(most), problem: { code: 'live.socket-full', detail: expect.stringContaining(String(most)) } },
    ]);
    await listener.until(most, 'subscribed');
    listener.socket.close();
    await once(listener.socket, 'close');
    while (api.orchestration.live.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('gives up one that is being made', async () => {
    const listener = await listen();
    listener.send({ type: 'subscribe', id: 'a', after: 'start' });
    listener.send({ type: 'unsubscribe', id: 'a' });
    listener.send({ type: 'subscribe', id: 'a', filter: { definition: 'single' }, after: 'start' });
    const id = await start('single');
    while (!itemsOf(listener.frames.filter(({ type }) => type === 'event')).some((item) => item.workflowId === id)) {
      await once(listener.socket, 'message');
    }
    const definitions = listener.frames.flatMap(({ event }) => (event as { definition?: string })?.definition ?? []);
    expect(new Set(definitions)).toEqual(new Set(['single']));
  });
});

function aboutRun(workflowId: string) {
  return { workflowId, definition: 'nothing', deadLetterId: null, cursor: expect.any(String) };
}

const HELLO = { type: 'hello' };
/** What ends a connection, and with which code. */
const WRONG: readonly (readonly [name: string, frames: readonly (object | string | Buffer)[], code: number])[] = [
  ['no JSON', ['nonsense'], CLOSE.badFrame],
  ['a binary frame', [Buffer.from('{"type":"hello"}')], CLOSE.badFrame],
  ['a subscription before the hello', [{ type: 'subscribe', id: 'a' }], CLOSE.outOfTurn],
  ['a second hello', [HELLO, HELLO], CLOSE.outOfTurn],
  ['a frame of no type there is', [HELLO, { type: 'listen' }], CLOSE.badFrame],
  ['a subscription without an id', [HELLO, { type: 'subscribe' }], CLOSE.badFrame],
  ['an id that is too long', [HELLO, { type: 'subscribe', id: 'x'.repeat(129) }], CLOSE.badFrame],
  ['a field that is not known', [HELLO, { type: 'subscribe', id: 'a', filter: { labels: 'x' } }], CLOSE.badFrame],
  ['a run that is none', [HELLO, { type: 'subscribe', id: 'a', filter: { workflow: '7' } }], CLOSE.badFrame],
  ['an event that is none', [HELLO, { type: 'subscribe', id: 'a', filter: { type: 'Nothing' } }], CLOSE.badFrame],
  ['a frame that is too large', ['x'.repeat(SESSION_LIMITS.frameBytes + 1)], 1009],
];

describe('a connection', () => {
  it.each(WRONG)('is ended by %s', async (_name, frames, code) => {
    const { socket } = await connect(`${url}/ws`);
    const closed = once(socket, 'close');
    for (const frame of frames)
      socket.send(frame instanceof Buffer || typeof frame === 'string' ? frame : JSON.stringify(frame));
    expect((await closed)[0]).toBe(code);
  });

  it('of a page of a foreign origin is refused', async () => {
    const socket = new WebSocket(`${url}/ws`, { origin: 'https://evil.example' });
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(403);
    socket.on('error', () => undefined);
    socket.terminate();
  });

  it('is answered by a problem without an upgrade', async () => {
    expect((await api.get('/ws')).json()).toMatchObject({ status: 426, code: 'request.not-upgraded' });
  });

  it('is asked now and then whether it is there, and let go when it is not', async () => {
    const clock = new ManualClock();
    const other = await openTestApi({ ports: { clock } });
    const address = `${(await other.api.listen()).replace('http', 'ws')}/ws`;
    const [alive, dead] = [await connect(address), await connect(address, { autoPong: false })];
    for (const listener of [alive, dead]) {
      listener.send(HELLO);
      await listener.until(1, 'welcome');
      listener.send({ type: 'subscribe', id: 'a' });
      await listener.until(1, 'subscribed');
    }
    const closed = once(dead.socket, 'close');
    for (let beats = 1; beats * LIVE_LIMITS.heartbeatEveryMs <= LIVE_LIMITS.silentMs; beats += 1) {
      const [pinged, beaten] = [once(alive.socket, 'ping'), alive.until(beats, 'heartbeat')];
      clock.advance(LIVE_LIMITS.heartbeatEveryMs);
      await Promise.all([pinged, beaten]);
      // What follows on the same socket follows the answer to the ping.
      alive.send({ type: 'beat' });
      await alive.until(beats, 'beat');
    }
    expect((await closed)[0]).toBe(CLOSE.silent);
    expect(alive.frames.at(-2)).toEqual({ type: 'heartbeat', cursors: { a: expect.any(String) } });
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    await other.close();
  });

  it('is told where to come back when the server stops', async () => {
    const other = await openTestApi();
    const listener = await connect(`${(await other.api.listen()).replace('http', 'ws')}/ws`);
    listener.send(HELLO);
    listener.send({ type: 'subscribe', id: 'a' });
    await listener.until(1, 'subscribed');
    await other.post('/definitions', NOTHING);
    const [event] = itemsOf(await listener.until(1, 'event'));
    const closed = once(listener.socket, 'close');
    await other.close();
    expect((await closed)[0]).toBe(CLOSE.goingAway);
    expect(listener.frames.slice(-2)).toEqual([
      { type: 'drain' },
      { type: 'heartbeat', cursors: { a: event!.cursor } },
    ]);
  });
});
