import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeApi } from './poll-session.harness.js';
import { PollSession } from './poll-session.js';
import type { TaskContext } from './task-context.js';

let api: FakeApi;
let session: PollSession;
let said: string[];
let begun: Map<string, TaskContext & { end(output: unknown): void }>;

beforeEach(async () => {
  [said, begun] = [[], new Map()];
  api = new FakeApi();
  await api.listening();
  const say = (words: string) => void said.push(words);
  session = new PollSession({
    url: api.url,
    workerId: 'worker-1',
    types: ['work'],
    concurrency: 3,
    log: { debug: say, info: say, warn: say, error: say },
    handlerOf: () => (input, context) => new Promise((end) => begun.set(String(input), { ...context, end })),
    onRefused: (why) => say(`refused: ${why}`),
  });
  session.start();
});

afterEach(async () => {
  await session.drain(0);
  await api.close();
});

const taken = async (...names: string[]) => {
  await api.hand(...names);
  while (!names.every((name) => begun.has(name))) await sleep(1);
};
const recorded = (...ids: string[]) => ({ results: ids.map((id) => ({ id, recorded: true, position: 'p' })) });
const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await sleep(1);
};

describe('A worker over requests', () => {
  it('asks for as many tasks as it has room for', async () => {
    const poll = await api.hand('one', 'two');
    expect(poll.body).toEqual({ workerId: 'worker-1', types: ['work'], max: 3, waitMs: 20_000 });
    const next = await api.next('/tasks/poll');
    expect(next.body).toMatchObject({ max: 1 });
    next.answer({ tasks: [] });
    expect((await api.next('/tasks/poll')).body).toMatchObject({ max: 1 });
  });

  it('asks for none while it has no room, and again when it has', async () => {
    await taken('one', 'two', 'three');
    begun.get('two')!.end('done');
    const results = await api.next('/tasks/results');
    expect(results.body).toMatchObject({ results: [{ id: 'two', leaseToken: '1.two', output: 'done' }] });
    results.answer(recorded('two'));
    expect((await api.next('/tasks/poll')).body).toMatchObject({ max: 1 });
  });

  it('says together what ends together, and again what could not be said', async () => {
    await taken('one', 'two');
    begun.get('one')!.end(1);
    begun.get('two')!.end(2);
    (await api.next('/tasks/results')).drop();
    const again = await api.next('/tasks/results');
    expect(again.body).toMatchObject({ results: [{ id: 'one' }, { id: 'two' }] });
    again.answer(recorded('one', 'two'));
    (await api.next('/tasks/poll')).answer({ tasks: [] });
    expect((await api.next('/tasks/poll')).body).toMatchObject({ max: 3 });
    expect(said).toContainEqual(expect.stringMatching('the server is gone'));
  });

  it('waits for a server that is not there', async () => {
    (await api.next('/tasks/poll')).drop();
    (await api.next('/tasks/poll')).answer({ status: 503, code: 'log.unreachable', retryable: true }, 503);
    await taken('one');
  });

  it.each([401, 403, 404])('waits while whoever stands before the server answers %i', async (status) => {
    await taken('one');
    (await api.next('/tasks/poll')).turnAway(status);
    await taken('two');
    begun.get('one')!.heartbeat();
    (await api.next('/tasks/one/heartbeat')).turnAway(status);
    begun.get('one')!.end('done');
    (await api.next('/tasks/results')).turnAway(status);
    expect((await api.next('/tasks/results')).body).toMatchObject({ results: [{ id: 'one', output: 'done' }] });
    expect([begun.get('one')!.signal.aborted, begun.get('two')!.signal.aborted]).toEqual([false, false]);
    const words = expect.stringMatching(`the server is gone .*answered ${status}`);
    expect(said.filter((each) => !each.startsWith('connected'))).toContainEqual(words);
    expect(said.filter((each) => each.startsWith('refused'))).toEqual([]);
  });

  it('says by halves what is too much at once, and of what is too large alone that it is', async () => {
    await taken('one', 'two', 'three');
    for (const name of ['one', 'two', 'three']) begun.get(name)!.end('done');
    (await api.next('/tasks/results')).turnAway(413);
    const half = await api.next('/tasks/results');
    expect(half.body).toMatchObject({ results: [{ id: 'one' }, { id: 'two' }] });
    half.answer(recorded('one', 'two'));
    const problem = { status: 413, code: 'request.too-large', detail: 'no', retryable: false };
    (await api.next('/tasks/results')).answer(problem, 413);
    const less = await api.next('/tasks/results');
    const error = { code: 'output.too-large', retryable: false, message: expect.stringMatching('larger than the way') };
    expect(less.body).toMatchObject({ results: [{ id: 'three', leaseToken: '1.three', error }] });
    // Even that: it is trouble like any other.
    less.turnAway(413);
    const again = await api.next('/tasks/results');
    expect(again.body).toEqual(less.body);
    again.answer(recorded('three'));
    while (!said.some((words) => words.includes('answered 413'))) await sleep(1);
  });

  it('gives up when the two do not understand each other', async () => {
    (await api.next('/tasks/poll')).answer(
      { status: 400, code: 'request.invalid', detail: 'no', retryable: false },
      400,
    );
    await until(() => said.length > 0);
    expect(said).toEqual(['refused: request.invalid: no']);
  });
});

describe('A heartbeat over requests', () => {
  it('goes one at a time, and the last of those that came meanwhile after it', async () => {
    await taken('one');
    for (const progress of [1, 2, 3]) begun.get('one')!.heartbeat(progress);
    const first = await api.next('/tasks/one/heartbeat');
    expect(first.body).toEqual({ leaseToken: '1.one', progress: 1 });
    first.answer({ id: 'one', leaseMs: 15_000, cancelled: false });
    const second = await api.next('/tasks/one/heartbeat');
    expect(second.body).toEqual({ leaseToken: '1.one', progress: 3 });
    second.answer({ id: 'one', leaseMs: 15_000, cancelled: true });
    await until(() => begun.get('one')!.signal.aborted);
    // It is still held, until it says how it ended.
    begun.get('one')!.end('stopped');
    expect((await api.next('/tasks/results')).body).toMatchObject({ results: [{ output: 'stopped' }] });
  });

  it('tells that the lease was lost; what comes of the work is not wanted', async () => {
    await taken('one', 'two');
    begun.get('one')!.heartbeat();
    const lost = { status: 409, code: 'task.lease-lost', detail: 'no', retryable: false };
    (await api.next('/tasks/one/heartbeat')).answer(lost, 409);
    await until(() => begun.get('one')!.signal.aborted);
    expect(said).toContainEqual(expect.stringMatching('one: its lease was lost'));
    begun.get('one')!.end('too late');
    begun.get('two')!.end('fine');
    expect((await api.next('/tasks/results')).body).toMatchObject({ results: [{ id: 'two' }] });
  });

  it('that does not get through is no reason to stop', async () => {
    await taken('one');
    begun.get('one')!.heartbeat();
    (await api.next('/tasks/one/heartbeat')).drop();
    begun.get('one')!.heartbeat();
    await api.next('/tasks/one/heartbeat');
    expect(begun.get('one')!.signal.aborted).toBe(false);
  });
});

describe('A worker over requests that is to stop', () => {
  it('breaks off its wait for tasks, and ends what is under way', async () => {
    await taken('one');
    const poll = await api.next('/tasks/poll');
    const draining = session.drain(60_000);
    await poll.gone;
    begun.get('one')!.end('done');
    (await api.next('/tasks/results')).answer(recorded('one'));
    await draining;
    expect(begun.get('one')!.signal.aborted).toBe(false);
  });

  it('waits no longer than it may', async () => {
    await taken('one');
    await session.drain(10);
    expect(begun.get('one')!.signal.aborted).toBe(true);
  });
});
