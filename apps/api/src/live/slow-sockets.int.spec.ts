import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LIVE_LIMITS } from '@orrery/application';
import { CLOSE } from '../contract/closes.js';
import { Bugs } from '../http/bugs.js';
import { NOTHING } from '../testing/documents.js';
import { FakeSocket, type Frame } from '../testing/fake-socket.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { pino } from 'pino';
import { LiveStreams } from './live-streams.js';

const clock = new ManualClock();
let api: TestApi;
let streams: LiveStreams;
beforeAll(async () => {
  api = await openTestApi({ ports: { clock } });
  const { documents } = api.orchestration.ports;
  const bugs = new Bugs(pino({ level: 'silent' }));
  streams = new LiveStreams({ feed: api.orchestration.live, clock, bugs }, documents);
  await api.post('/definitions', NOTHING);
});
afterAll(() => api.close());

async function listener(after?: string): Promise<FakeSocket> {
  const socket = new FakeSocket();
  streams.accept(socket.asWebSocket, 'connection');
  socket.receive({ type: 'hello' });
  socket.receive({ type: 'subscribe', id: 'a', filter: { type: 'WorkflowStarted' }, after });
  await socket.next('subscribed');
  return socket;
}

const start = async () => (await api.post('/workflows', { definition: 'nothing' })).json<{ id: string }>().id;
type Item = { readonly cursor: string; readonly workflowId: string };
const items = ({ sent }: FakeSocket) =>
  sent.filter(({ type }) => type === 'event').map(({ event }) => event as unknown as Item);

/** Time passes until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    if (turns > 2_000) throw new Error(`it does not come true: ${isSo.toString()}`);
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('A socket that is read too slowly', () => {
  it('is told nothing more until it was read, and then everything', async () => {
    const socket = await listener();
    socket.bufferedAmount = LIVE_LIMITS.bufferedBytes;
    const ids = [await start()];
    await until(() => items(socket).length === 1);
    ids.push(await start(), await start());
    clock.advance(LIVE_LIMITS.slowMs / 2);
    expect(items(socket)).toHaveLength(1);
    socket.bufferedAmount = 0;
    await until(() => items(socket).length === 3);
    expect(items(socket).map(({ workflowId }) => workflowId)).toEqual(ids);
    socket.emit('close');
  });

  it('is dropped at last, with the cursors to come back with', async () => {
    const socket = await listener();
    socket.bufferedAmount = LIVE_LIMITS.bufferedBytes;
    const ids = [await start(), await start()];
    await until(() => socket.closed !== undefined);
    expect(socket.closed?.code).toBe(CLOSE.tooSlow);
    const [last, error] = socket.sent.slice(-2) as [Frame & { cursors: { a: string } }, Frame];
    expect([last.type, error.type]).toEqual(['heartbeat', 'error']);
    expect(last.cursors.a).toBe(items(socket)[0]!.cursor);
    socket.emit('close');
    expect(api.orchestration.live.size).toBe(0);

    const again = await listener(last.cursors.a);
    await until(() => items(again).length === 1);
    expect([...items(socket), ...items(again)].map(({ workflowId }) => workflowId)).toEqual(ids);
    again.emit('close');
  });
});
