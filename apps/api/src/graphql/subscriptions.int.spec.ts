import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LIVE_LIMITS } from '@orrery/application';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import { NOTHING, SINGLE } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  url = `${(await api.api.listen()).replace('http', 'ws')}/graphql`;
  await api.post('/definitions', NOTHING);
  await api.post('/definitions', SINGLE);
});
afterAll(() => api.close());

/** Resolves when so many listen to the feed. */
async function listening(count: number): Promise<void> {
  while (api.orchestration.live.size !== count) await pause(5);
}

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await listening(0);
});

function connect(): Client {
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  return client;
}

type Answer = { readonly data?: any; readonly errors?: readonly { readonly extensions: object }[] }; // eslint-disable-line @typescript-eslint/no-explicit-any -- as in ask-graphql.ts

/** Asks, and gives what is told, so many answers at a time. */
function follow(query: string, variables = {}, client = connect()) {
  const answers = client.iterate({ query, variables }) as AsyncIterableIterator<Answer>;
  const first = answers.next();
  const unread = [first];
  const next = async (count: number) => {
    const told: Answer[] = [];
    while (told.length < count) told.push((await (unread.shift() ?? answers.next())).value as Answer);
    return told;
  };
  return { next, answers, first };
}

const start = async (definition: string, labels = {}) =>
  (await api.post('/workflows', { definition, labels })).json<{ id: string; position: string }>().id;

const EVENTS = `subscription($after: String, $filter: LiveFilter) {
  events(after: $after, filter: $filter) { cursor workflowId definition type version data }
}`;

describe('a subscription', () => {
  it('tells events as they happen, as REST tells them', async () => {
    const live = follow(EVENTS, { filter: { labels: [{ name: 'team', value: 'sky' }] } });
    await listening(1);
    await start('nothing', { team: 'sea' });
    const run = await start('nothing', { team: 'sky' });
    const { items } = (await api.get(`/workflows/${run}/events`)).json<{
      items: { type: string; version: number }[];
    }>();
    const told = await live.next(items.length);
    expect(told.map(({ data }) => data.events)).toMatchObject(
      items.map(({ type, version }) => ({ type, version, workflowId: run, definition: 'nothing' })),
    );
  });

  it('goes on after a cursor without a gap or a repeat', async () => {
    const run = await start('nothing', { team: 'again' });
    const filter = { labels: [{ name: 'team', value: 'again' }] };
    const { items } = (await api.get(`/workflows/${run}/events`)).json<{ items: object[] }>();
    const all = await follow(EVENTS, { after: 'start', filter }).next(items.length);
    const cursors = all.map(({ data }) => data.events.cursor as string);
    for (const [index, after] of cursors.slice(0, -1).entries()) {
      const rest = await follow(EVENTS, { after, filter }).next(items.length - index - 1);
      expect(rest).toEqual(all.slice(index + 1));
    }
  });

  it('tells of a run, and the run itself, as new as what happened', async () => {
    const id = await start('single');
    const query = `subscription($id: ID!) {
      workflowChanged(id: $id, after: "start") { event { type } workflow { workflowId status version tasks { nodes { key status } } } }
    }`;
    const live = follow(query, { id });
    const [begun] = await live.next(1);
    expect(begun!.data.workflowChanged).toMatchObject({
      event: { type: 'WorkflowStarted' },
      workflow: { workflowId: id, status: 'RUNNING', tasks: { nodes: [{ status: 'QUEUED' }] } },
    });
    await api.post(`/workflows/${id}/cancel`, {});
    let last = begun!;
    while (last.data.workflowChanged.event.type !== 'WorkflowCancelled') [last] = (await live.next(1)) as [Answer];
    expect(last.data.workflowChanged.workflow).toMatchObject({ status: 'CANCELLED' });
  });

  it('tells of runs by what they are, and of nothing else', async () => {
    const query = `subscription { workflowsChanged(filter: { definition: "nothing" }) { cursor event { type definition workflowId } workflow { status } } }`;
    const live = follow(query);
    await listening(1);
    await api.post('/definitions', { ...NOTHING, output: 'another version' });
    const run = await start('nothing');
    const [first] = await live.next(1);
    expect(first!.data.workflowsChanged.event).toEqual({
      type: 'WorkflowStarted',
      definition: 'nothing',
      workflowId: run,
    });
  });

  it('is over when nobody wants it any more', async () => {
    const client = connect();
    const { answers } = follow(EVENTS, {}, client);
    await listening(1);
    await answers.return!();
    await listening(0);
    follow(EVENTS, {}, client);
    await listening(1);
    await client.dispose();
    await listening(0);
  });

  it('shares its socket with queries and mutations', async () => {
    const client = connect();
    const [answer] = await follow('{ workflows(first: 1) { nodes { status } } }', {}, client).next(1);
    expect(answer).toMatchObject({ data: { workflows: { nodes: expect.any(Array) } } });
  });

  it.each([
    ['a cursor that is none', EVENTS, { after: 'nonsense' }, 'cursor.invalid'],
    ['a type of events that there is not', EVENTS, { filter: { types: ['Nothing'] } }, 'request.invalid'],
    ['an id that is none', 'subscription { workflowChanged(id: "x") { cursor } }', {}, 'request.invalid'],
    ['a field that there is not', 'subscription { nothing }', {}, 'query.invalid'],
    ['what is no GraphQL', 'subscription {', {}, 'query.invalid'],
  ])('is refused with %s', async (_why, query, variables, code) => {
    const live = follow(query, variables);
    // A document that is wrong never becomes a subscription; what it asks for may be wrong only then.
    const codes = await live.first.then(
      ({ value }) => (value as Answer).errors!,
      (errors: readonly { readonly extensions: object }[]) => errors,
    );
    expect(codes).toMatchObject([{ extensions: { code } }]);
    expect(api.orchestration.live.size).toBe(0);
  });

  it('is one of so many at most', async () => {
    const client = connect();
    const most = LIVE_LIMITS.subscriptionsPerSocket;
    for (let index = 0; index < most; index++) follow(EVENTS, {}, client);
    await listening(most);
    const refused = follow(EVENTS, {}, client);
    await expect(refused.first).rejects.toMatchObject([{ extensions: { code: 'live.socket-full' } }]);
  });
});

describe('a socket of GraphQL', () => {
  const close = async (socket: WebSocket) => (await once(socket, 'close')) as [code: number];

  it('has to name the protocol, and to speak it', async () => {
    const [code] = await close(new WebSocket(url));
    expect(code).toBe(4406);
    for (const nonsense of ['{}', Buffer.from('{"type":"connection_init"}')]) {
      const socket = new WebSocket(url, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(nonsense);
      expect((await close(socket))[0]).toBe(4400);
    }
  });

  it('is closed to pages of foreign origins, and open to our own', async () => {
    const foreign = new WebSocket(url, 'graphql-transport-ws', { origin: 'https://elsewhere.example' });
    const [, answer] = (await once(foreign, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(answer.statusCode).toBe(403);
    const ours = new WebSocket(url, 'graphql-transport-ws', { origin: new URL(url.replace('ws', 'http')).origin });
    await once(ours, 'open');
    ours.close();
  });

  it('is let go when the server stops', async () => {
    const other = await openTestApi();
    const socket = new WebSocket(`${(await other.api.listen()).replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = close(socket);
    await other.close();
    expect((await closed)[0]).toBe(CLOSE.goingAway);
  });
});
