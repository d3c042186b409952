import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import {
  type BatchStarted,
  type LiveEvent,
  type LiveEvents,
  type LiveOptions,
  OrreryClient,
  OrreryUnreachable,
} from '@orrery/sdk';
import { until } from '../e2e/support/until.js';
import { type LiveProcess, openLive } from '../live/support/live-process.js';

const STEPS = { orrery: 'v1', name: 'steps', tasks: { one: { type: 'noop' }, two: { type: 'noop' } } };

let database: TestDatabase;
let server: LiveProcess;
let orrery: OrreryClient;
const closing: (() => void)[] = [];
beforeAll(async () => {
  database = await testDatabase();
  server = await openLive(database.url, { isAtWork: true });
  orrery = new OrreryClient({ url: server.url });
  await orrery.definitions.register(STEPS);
}, 60_000);
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await nobodyListens();
});
afterAll(async () => {
  await server.close();
  await database.drop();
  expect(server.errors).toEqual([]);
});

const nobodyListens = () => until(async () => server.orchestration.live.size === 0);
const named = ({ workflowId, version }: LiveEvent) => `${workflowId}:${version}`;

/** Runs with this label, which have ended. */
async function runs(team: string, many: number): Promise<readonly string[]> {
  const items = Array.from({ length: many }, () => ({ definition: 'steps', id: randomUUID(), labels: { team } }));
  const started = (await orrery.workflows.startMany(items)).items as readonly BatchStarted[];
  for (const { id } of started) await orrery.workflows.waitForResult(id);
  return started.map(({ id }) => id);
}

/** Every event of these runs, as their histories have them. */
async function recorded(ids: readonly string[]): Promise<readonly string[]> {
  const pages = await Promise.all(ids.map((id) => orrery.workflows.events(id)));
  return pages.flatMap(({ items }, at) => items.map(({ version }) => `${ids[at]}:${version}`));
}

/** Follows until the end of the test. */
function follow(options: LiveOptions, client = orrery): LiveEvents {
  const events = client.events(options);
  closing.push(() => void events.return());
  return events;
}

/** The next events. */
async function take(events: LiveEvents, many: number): Promise<readonly LiveEvent[]> {
  const taken: LiveEvent[] = [];
  while (taken.length < many) taken.push((await events.next()).value!);
  return taken;
}

/** What was told is what is recorded of these runs: each event once, and those of a run in their order. */
async function expectAll(told: readonly LiveEvent[], ids: readonly string[]): Promise<void> {
  const ofEach = ids.flatMap((id) => told.filter(({ workflowId }) => workflowId === id).map(named));
  expect(ofEach).toEqual(await recorded(ids));
  expect(told).toHaveLength(ofEach.length);
}

/** A way to the server that breaks after so many bytes, wherever that is in a message. */
async function brittleWay(bytesMax: number): Promise<{ readonly url: string; breaks(): number }> {
  let breaks = 0;
  const way = createServer((near) => {
    const far = connect(Number(new URL(server.url).port), '127.0.0.1');
    let left = bytesMax;
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      near.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0) return;
      breaks++;
      // What was written is sent first, and then nothing, not even an end.
      near.destroySoon();
      far.destroy();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    closing.push(() => near.destroy());
  });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  closing.push(() => way.close());
  return { url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`, breaks: () => breaks };
}

describe('The events that a client follows', () => {
  it('are those that it asks for, and go on wherever it stopped', async () => {
    const [ids] = [await runs('sky', 3), await runs('sun', 1)];
    const all = (await recorded(ids)).length;
    const filter = { labels: { team: 'sky' }, definition: 'steps' };
    const first = orrery.events({ ...filter, after: 'start' });
    const some: LiveEvent[] = [];
    for await (const event of first) if (some.push(event) === 4) break;
    expect(first.cursor).toBe(some.at(-1)!.cursor);
    await nobodyListens();
    const others = await take(follow({ ...filter, after: first.cursor }), all - some.length);
    await expectAll([...some, ...others], ids);
    const types = ['WorkflowStarted', 'WorkflowCompleted'];
    const [workflow] = ids;
    const ends = await take(follow({ workflow, type: types, after: 'start' }), 2);
    expect(ends.map(({ type }) => type)).toEqual(types);
  });

  it('begin with what is committed once it has begun', async () => {
    const events = orrery.events({ type: 'WorkflowStarted' });
    expect(events.cursor).toBeUndefined();
    await events.begun();
    expect(events.cursor).toEqual(expect.any(String));
    const [id] = await runs('sea', 1);
    expect((await events.next()).value).toMatchObject({ workflowId: id, definition: 'steps', deadLetterId: null });
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('are each told once, though the connection breaks amid a message again and again', async () => {
    const ids = await runs('broken', 40);
    const { url, breaks } = await brittleWay(20_000);
    const events = follow({ labels: { team: 'broken' }, after: 'start' }, new OrreryClient({ url }));
    await expectAll(await take(events, (await recorded(ids)).length), ids);
    expect(breaks()).toBeGreaterThan(4);
  });

  it('go on when the server comes back', async () => {
    const events = follow({ labels: { team: 'restarted' } });
    await events.begun();
    const before = await runs('restarted', 2);
    const some = await take(events, 5);
    await server.restartApi();
    const ids = [...before, ...(await runs('restarted', 2))];
    const others = await take(events, (await recorded(ids)).length - some.length);
    await expectAll([...some, ...others], ids);
  });

  it('end when nobody wants them any more', async () => {
    const controller = new AbortController();
    const aborted = orrery.events({ labels: { team: 'nobody' }, signal: controller.signal });
    await aborted.begun();
    const next = aborted.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await nobodyListens();
    const left = orrery.events({ labels: { team: 'nobody' } });
    const pending = left.next();
    await until(async () => server.orchestration.live.size === 1);
    expect(await left.return()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('end when the server is away for too long, and its cursor says where to go on', async () => {
    const ids = await runs('away', 2);
    const way = await brittleWay(Number.POSITIVE_INFINITY);
    const filter = { labels: { team: 'away' } };
    const events = new OrreryClient({ url: way.url }).events({ ...filter, after: 'start', awayForMs: 200 });
    await events.begun();
    for (const close of closing.splice(0)) close();
    const some: LiveEvent[] = [];
    const following = (async () => {
      for await (const event of events) some.push(event);
    })();
    await expect(following).rejects.toThrow(OrreryUnreachable);
    const others = await take(follow({ ...filter, after: events.cursor }), (await recorded(ids)).length - some.length);
    await expectAll([...some, ...others], ids);
  });
});
