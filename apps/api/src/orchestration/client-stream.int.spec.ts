import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  url = `${(await api.api.listen()).replace('http', 'ws')}/api/v1/client`;
});
afterAll(() => api.close());

async function connect(protocols: string[] = []): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols);
  await once(socket, 'open');
  return socket;
}
const next = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]));
const HELLO = '{"type":"hello"}';
const id = '5eed0006-0000-4000-8000-000000000001';

/** What ends a connection, and with which code. */
const WRONG: readonly (readonly [name: string, frames: readonly (string | Buffer)[], code: number])[] = [
  ['no JSON', ['nonsense'], CLOSE.badFrame],
  ['a frame of no type there is', ['{"type":"goodbye"}'], CLOSE.badFrame],
  ['a field whose name is longer than a reason may be', [`{"type":"hello","${'é'.repeat(200)}":1}`], CLOSE.badFrame],
  ['a field that is not known', ['{"type":"hello","x":1}'], CLOSE.badFrame],
  ['a binary frame', [Buffer.from(HELLO)], CLOSE.badFrame],
  ['a beat before the hello', ['{"type":"beat"}'], CLOSE.outOfTurn],
  ['a second hello', [HELLO, HELLO], CLOSE.outOfTurn],
  ['starts that are none', [HELLO, '{"type":"starts","seq":1,"starts":[]}'], CLOSE.badFrame],
  ['a watch of what is no run', [HELLO, '{"type":"watch","ids":["7"]}'], CLOSE.badFrame],
];

describe("a client's connection", () => {
  it('may name its protocol', async () => {
    const socket = await connect(['orrery.client.v1']);
    expect(socket.protocol).toBe('orrery.client.v1');
    socket.close();
  });

  it('starts a run and tells its end', async () => {
    const socket = await connect();
    socket.send(HELLO);
    expect(await next(socket)).toMatchObject({ type: 'welcome' });
    const definition = { orrery: 'v1', name: 'noop', tasks: { only: { type: 'noop' } }, output: 'done' };
    const frames: unknown[] = [];
    // Both may come at once.
    socket.on('message', (data) => void frames.push(JSON.parse(String(data))));
    socket.send(JSON.stringify({ type: 'starts', seq: 1, starts: [{ id, definition, watch: true }] }));
    while (frames.length < 2) await once(socket, 'message');
    expect(frames).toContainEqual(expect.objectContaining({ type: 'answers', seq: 1 }));
    expect(frames).toContainEqual({ type: 'ends', ends: [{ id, status: 'completed', output: 'done', error: null }] });
    socket.close();
  });

  it('is answered by a problem without an upgrade', async () => {
    expect((await api.get('/client')).json()).toMatchObject({ status: 426, code: 'request.not-upgraded' });
  });

  it.each(WRONG)('is ended by %s', async (_name, frames, code) => {
    const socket = await connect();
    const closed = once(socket, 'close');
    for (const frame of frames) socket.send(frame);
    expect((await closed)[0]).toBe(code);
  });
});
