import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import { SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi({ options: { corsOrigins: ['https://console.example'] } });
  url = `${(await api.api.listen()).replace('http', 'ws')}/api/v1/tasks/stream`;
});
afterAll(() => api.close());

async function connect(protocols: string[] = [], headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols, { headers });
  await once(socket, 'open');
  return socket;
}
const statusOf = async (headers: Record<string, string>) => {
  const socket = new WebSocket(url, { headers });
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => undefined);
  socket.terminate();
  return response.statusCode;
};
async function closeOf(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, 'close');
  return code;
}
const next = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]));
const hello = JSON.stringify({ type: 'hello', workerId: 'w', types: ['none'], slots: 1 });

/** What ends a connection, and with which code. */
const WRONG: readonly (readonly [name: string, frames: readonly (string | Buffer)[], code: number])[] = [
  ['no JSON', ['nonsense'], CLOSE.badFrame],
  ['an empty frame', [''], CLOSE.badFrame],
  ['a frame that is no object', ['[]'], CLOSE.badFrame],
  ['a frame without a type', ['{}'], CLOSE.badFrame],
  ['a frame of no type there is', ['{"type":"goodbye"}'], CLOSE.badFrame],
  ['a field that is not known', [hello.replace('}', ',"x":1}')], CLOSE.badFrame],
  ['a field of another type', [hello.replace('"slots":1', '"slots":"1"')], CLOSE.badFrame],
  ['no slots', [hello.replace('"slots":1', '"slots":0')], CLOSE.badFrame],
  ['more slots than there may be', [hello.replace('"slots":1', '"slots":100000')], CLOSE.badFrame],
  ['no types', [hello.replace('["none"]', '[]')], CLOSE.badFrame],
  ['a key twice', [hello.replace('"slots":1', '"slots":1,"slots":2')], CLOSE.badFrame],
  ['a prototype', [hello.replace('}', ',"__proto__":{}}')], CLOSE.badFrame],
  ['too deep a frame', [`${'['.repeat(1000)}${']'.repeat(1000)}`], CLOSE.badFrame],
  ['a binary frame', [Buffer.from(hello)], CLOSE.badFrame],
  ['a beat before the hello', ['{"type":"beat","attempts":[]}'], CLOSE.outOfTurn],
  ['a second hello', [hello, hello], CLOSE.outOfTurn],
  ['results that are none', [hello, '{"type":"results","seq":1,"results":[]}'], CLOSE.badFrame],
  [
    'a result of no task',
    [hello, '{"type":"results","seq":1,"results":[{"id":"x","leaseToken":"1","output":1}]}'],
    CLOSE.badFrame,
  ],
  ['a frame that is too large', [`"${'x'.repeat(5_000_000)}"`], 1009],
];

describe('The worker stream', () => {
  it('does the work of a run', async () => {
    const socket = await connect(['other', 'orrery.worker.v1']);
    expect(socket.protocol).toBe('orrery.worker.v1');
    socket.send(hello.replace('none', 'streamed'));
    expect(await next(socket)).toMatchObject({ type: 'welcome' });
    const { id } = (
      await api.post('/workflows', { definition: { ...SINGLE, tasks: { only: { type: 'streamed' } } } })
    ).json();
    const { tasks } = await next(socket);
    const results = [{ id: tasks[0].id, leaseToken: tasks[0].leaseToken, output: 'done' }];
    socket.send(JSON.stringify({ type: 'results', seq: 1, results }));
    expect(await next(socket)).toEqual({ type: 'answers', seq: 1, answers: [{ id: tasks[0].id, recorded: true }] });
    expect((await api.get(`/workflows/${id}/result?waitMs=5000`)).json()).toMatchObject({
      ended: true,
      output: 'done',
    });
    socket.close();
    await once(socket, 'close');
  });

  it.each(WRONG)('ends for %s', async (_, frames, code) => {
    const socket = await connect();
    const closing = closeOf(socket);
    for (const frame of frames) socket.send(frame);
    expect(await closing).toBe(code);
  });

  it('ends for text that is not UTF-8', async () => {
    const socket = await connect();
    const closing = closeOf(socket);
    socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await closing).toBe(1007);
  });

  it('lets pages of known origins in, and no others', async () => {
    const socket = await connect([], { origin: 'https://console.example' });
    socket.terminate();
    expect(await statusOf({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf({ origin: 'null' })).toBe(403);
  });

  it('is asked for by an upgrade, and by that alone', async () => {
    const answer = await api.get('/tasks/stream');
    expect([answer.statusCode, answer.headers.upgrade]).toEqual([426, 'websocket']);
  });

  it('closes every connection when the server stops', async () => {
    const other = await openTestApi();
    const base = (await other.api.listen()).replace('http', 'ws');
    const sockets = [new WebSocket(`${base}/api/v1/tasks/stream`), new WebSocket(`${base}/api/v1/tasks/stream`)];
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    sockets[0]!.send(hello);
    await once(sockets[0]!, 'message');
    const closing = sockets.map(closeOf);
    await other.close();
    expect(await Promise.all(closing)).toEqual([CLOSE.goingAway, CLOSE.goingAway]);
  });
});
