import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LIVE_LIMITS } from '@orrery/application';
import { Registry } from 'prom-client';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type EventMessages, eventMessages } from '../testing/event-messages.js';
import { ManualClock } from '../testing/manual-clock.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi({ metrics: new Registry() });
  url = await api.api.listen();
  await api.post('/definitions', NOTHING);
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

const open: EventMessages[] = [];
async function follow(query = '', headers: Record<string, string> = {}): Promise<EventMessages> {
  const stream = await eventMessages(`${url}/api/v1/sse/events${query}`, headers);
  open.push(stream);
  return stream;
}
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});

const start = async (definition: string, labels = {}) =>
  (await api.post('/workflows', { definition, labels })).json<{ id: string }>().id;
const typesOf = (events: readonly { readonly data: object }[]) =>
  events.map(({ data }) => (data as { type: string }).type);

describe('the stream of events', () => {
  it('tells what happens from now on, as the list of events of a run does', async () => {
    await start('nothing');
    const stream = await follow();
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
    const id = await start('nothing');
    const { items } = (await api.get(`/workflows/${id}/events`)).json<{ items: object[] }>();
    const events = await stream.untilEvents(items.length);
    const about = { workflowId: id, definition: 'nothing', deadLetterId: null, cursor: expect.any(String) };
    expect(events.map(({ data }) => data)).toEqual(items.map((item) => ({ ...item, ...about })));
    expect(events.map((event) => event.id)).toEqual(events.map(({ data }) => data.cursor));
    // Who hears nothing at first has a cursor all the same.
    expect(stream.messages[0]).toEqual({
      type: 'heartbeat',
      id: stream.messages[0]!.id,
      data: { cursor: stream.messages[0]!.id },
    });
  });

  it('goes on after each event without gap and without repeat, also amid a commit', async () => {
    const first = await follow('', {});
    const id = await start('nothing');
    const all = await first.untilEvents((await api.get(`/workflows/${id}/events`)).json().items.length);
    const cursors = [first.messages[0]!.id, ...all.map((event) => event.id)];
    for (const [passed, cursor] of cursors.slice(0, -1).entries()) {
      const again = await follow('?after=start', { 'last-event-id': cursor });
      expect(await again.untilEvents(all.length - passed)).toEqual(all.slice(passed));
    }
    expect(await (await follow(`?after=${cursors[1]}`)).untilEvents(all.length - 1)).toEqual(all.slice(1));
  });

  it('tells all that there is to who asks from the start, each stream in its order', async () => {
    const stream = await follow('?after=start&type=DefinitionRegistered,WorkflowStarted');
    const [first, second] = await stream.untilEvents(2);
    expect(first!.data).toMatchObject({ type: 'DefinitionRegistered', definition: 'nothing', workflowId: null });
    expect(second!.data).toMatchObject({ type: 'DefinitionRegistered', definition: 'single', version: 1 });
  });

  it('is of a run, of a definition, of labels, of types, or of all that together', async () => {
    const streams = await Promise.all([
      follow('?label=team:sky&type=WorkflowStarted'),
      follow('?label=team&label=since:1&type=WorkflowStarted'),
      follow('?definition=single&type=WorkflowStarted'),
      follow('?definition=single&label=team:sky&type=WorkflowStarted'),
    ]);
    const runs = [
      await start('nothing', { team: 'sky' }),
      await start('nothing', { team: 'sea', since: '1' }),
      await start('single', { team: 'sky', since: '1' }),
      await start('single', { since: '1' }),
    ];
    const wanted = [[0, 2], [1, 2], [2, 3], [2]].map((some) => some.map((index) => runs[index]));
    for (const [index, stream] of streams.entries()) {
      const events = await stream.untilEvents(wanted[index]!.length);
      expect(events.map(({ data }) => data['workflowId'])).toEqual(wanted[index]);
    }
    // It knows the labels of a run also by events that do not name them, and of a run before it is there.
    const alone = await follow(`?workflow=${runs[2]}&label=team:sky&after=start`);
    await api.post(`/workflows/${runs[2]}/cancel`);
    await api.post(`/workflows/${runs[3]}/cancel`);
    const { items } = (await api.get(`/workflows/${runs[2]}/events`)).json<{ items: { type: string }[] }>();
    expect(typesOf(await alone.untilEvents(items.length))).toEqual(items.map(({ type }) => type));
  });

  it('is served at the root as well, and by its head alone', async () => {
    const stream = await eventMessages(`${url}/sse/events`);
    expect(stream.response.statusCode).toBe(200);
    stream.close();
    const head = await fetch(`${url}/sse/events`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('passes what nobody wants, and says so with its heartbeats', async () => {
    const stream = await follow('?label=nobody');
    await start('nothing');
    const { live } = api.orchestration;
    expect(live.size).toBe(1);
    const everything = await follow('');
    await start('nothing');
    await everything.untilEvents(1);
    expect(stream.events()).toEqual([]);
  });

  it('counts who listens, and what they were told', async () => {
    const text = (await api.get('/metrics')).body;
    expect(text).toMatch(/orrery_live_subscriptions\{face="sse"\} \d+/);
    expect(text).toMatch(/orrery_live_events_total\{face="sse"\} [1-9]\d*/);
  });
});

const REFUSED: readonly (readonly [name: string, query: string, headers: Record<string, string>, code: string])[] = [
  ['what is no cursor', '?after=x', {}, 'cursor.invalid'],
  ['a header that is no cursor', '', { 'last-event-id': '%00' }, 'cursor.invalid'],
  ['a cursor that is yet to come', `?after=${token('1.1/.999999999.1')}`, {}, 'cursor.invalid'],
  ['a cursor beyond all numbers', `?after=${token('1.1/.9999999999999999999.1')}`, {}, 'cursor.invalid'],
  ['a cursor of another cluster', `?after=${token('9.1/.1.1')}`, {}, 'position.other-epoch'],
  ['a header that is too long', '', { 'last-event-id': 'x'.repeat(4_097) }, 'request.invalid'],
  ['an unknown parameter', '?labels=a', {}, 'request.invalid'],
  ['an unknown type', '?type=WorkflowStarted,Nothing', {}, 'request.invalid'],
  ['what is no run', '?workflow=7', {}, 'request.invalid'],
  ['what is no label', '?label=%20', {}, 'request.invalid'],
  ['two definitions', '?definition=a&definition=b', {}, 'request.invalid'],
];

function token(text: string): string {
  return Buffer.from(text).toString('base64url');
}

it.each(REFUSED)('a stream is refused for %s', async (_name, query, headers, code) => {
  const answer = await api.get(`/sse/events${query}`, headers);
  expect(answer.json()).toMatchObject({ code, status: answer.statusCode });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
});

describe('over time', () => {
  async function openWith(clock: ManualClock) {
    const other = await openTestApi({ ports: { clock } });
    return { other, stream: await eventMessages(`${await other.api.listen()}/sse/events`) };
  }

  it('a stream in which nothing happens has a heartbeat', async () => {
    const clock = new ManualClock();
    const { other, stream } = await openWith(clock);
    while (stream.messages.length < 1) await once(stream.response, 'data');
    clock.advance(LIVE_LIMITS.heartbeatEveryMs);
    while (stream.messages.length < 2) await once(stream.response, 'data');
    expect(stream.messages.map(({ type }) => type)).toEqual(['heartbeat', 'heartbeat']);
    stream.close();
    await other.close();
  });

  it('who does not read is dropped, and comes back whole with the last cursor', async () => {
    const clock = new ManualClock();
    const other = await openTestApi({ ports: { clock } });
    const address = `${await other.api.listen()}/sse/events?type=WorkflowStarted`;
    const { live } = other.orchestration;
    const stream = await eventMessages(address);
    stream.pause();
    const ids: string[] = [];
    // More than the buffers of two machines take.
    for (let n = 0; n < 40; n += 1) {
      const run = { definition: NOTHING, input: `${n}`.repeat(300_000) };
      ids.push((await other.post('/workflows', run)).json<{ id: string }>().id);
    }
    for (let waitedMs = 0; live.size > 0; waitedMs += 50) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
      expect(waitedMs).toBeLessThan(10 * LIVE_LIMITS.slowMs);
    }
    clock.advance(10_000);
    stream.resume();
    await stream.ended;
    const before = stream.events();
    expect(before.length).toBeLessThan(ids.length);
    // It may come back to another process as well.
    const { log, contents } = other.orchestration.ports;
    const third = await openTestApi({ ports: { log, contents } });
    const elsewhere = `${await third.api.listen()}/sse/events?type=WorkflowStarted`;
    const again = await eventMessages(elsewhere, { 'last-event-id': stream.messages.at(-1)!.id });
    const rest = await again.untilEvents(ids.length - before.length);
    expect([...before, ...rest].map(({ data }) => data['workflowId'])).toEqual(ids);
    again.close();
    await third.close();
    await other.close();
  });

  it('a stop ends it with the cursor to come back with', async () => {
    const other = await openTestApi();
    const stream = await eventMessages(`${await other.api.listen()}/sse/events`);
    await other.post('/definitions', NOTHING);
    const [event] = await stream.untilEvents(1);
    await other.close();
    await stream.ended;
    const { type, id, data } = stream.messages.at(-1)!;
    expect({ type, id, data }).toEqual({ type: 'closing', id, data: { reason: 'server-stops', cursor: id } });
    expect(id).toBe(event!.id);
    expect(other.orchestration.live.size).toBe(0);
  });
});
