import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrreryClient, OrreryProblem, OrreryTimeout } from '@orrery/sdk';
import { type Served, serve } from './support/served.js';

let served: Served;
let orrery: OrreryClient;
beforeAll(async () => {
  served = await serve();
  orrery = new OrreryClient({ url: served.url });
}, 60_000);
afterAll(async () => {
  await served.close();
  expect(served.bugs).toEqual([]);
});

const NAP = { orrery: 'v1', name: 'nap', tasks: { nap: { type: 'sleep', input: { duration: '20ms' } } }, output: 'up' };
const LONG = { ...NAP, name: 'long', tasks: { nap: { type: 'sleep', input: { duration: '1h' } } } };
const YAML = 'orrery: v1\nname: by-hand\ntasks:\n  greet: { type: greet, input: { name: mars } }\n';
const gather = async <Item>(items: AsyncIterable<Item>) => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('Definitions', () => {
  it('are registered from a text or a document, the same content once', async () => {
    const first = await orrery.definitions.register(YAML);
    expect(first).toMatchObject({ name: 'by-hand', version: 1, warnings: expect.any(Array) });
    expect(await orrery.definitions.register(YAML)).toMatchObject({ version: 1, hash: first.hash });
    expect(await orrery.definitions.register(NAP)).toMatchObject({ name: 'nap', version: 1 });
    expect(await orrery.definitions.get('by-hand')).toMatchObject({ source: YAML, format: 'yaml', latestVersion: 1 });
    expect(await orrery.definitions.get('nap', { version: 1 })).toMatchObject({ document: NAP });
    const atLeast = orrery.position;
    expect(await orrery.definitions.list({ atLeast })).toMatchObject({ items: [{ name: 'nap' }, { name: 'by-hand' }] });
    expect(await gather(orrery.definitions.all({ atLeast, limit: 1 }))).toHaveLength(2);
  });

  it('are checked, with every fault and its place', async () => {
    const { valid, errors } = await orrery.definitions.validate('orrery: v1\nname: x\ntasks:\n  a: { tipe: work }\n');
    expect(valid).toBe(false);
    expect(errors).toContainEqual(expect.objectContaining({ line: 4, pointer: '/tasks/a/tipe' }));
    const refused = await orrery.definitions.register('orrery: v1\nname: x\n').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OrreryProblem);
    expect(refused).toMatchObject({ code: 'definition.invalid', status: 400, requestId: expect.any(String) });
    expect((refused as OrreryProblem).errors[0]).toMatchObject({ severity: 'error', line: expect.any(Number) });
  });
});

describe('Runs', () => {
  it('are started and waited for', async () => {
    const { id } = await orrery.workflows.start(NAP, { labels: { team: 'sky' }, priority: 3 });
    expect(await orrery.workflows.waitForResult<string>(id)).toMatchObject({ status: 'completed', output: 'up' });
    expect(await orrery.workflows.get(id, { atLeast: orrery.position })).toMatchObject({ id, labels: { team: 'sky' } });
    expect(await orrery.workflows.result(id)).toMatchObject({ ended: true });
  });

  it('start once, however often they are sent', async () => {
    const idempotencyKey = 'mars-1';
    const first = await orrery.workflows.start(NAP, { idempotencyKey });
    expect((await orrery.workflows.start(NAP, { idempotencyKey })).id).toBe(first.id);
    const other = orrery.workflows.start(LONG, { idempotencyKey });
    await expect(other).rejects.toMatchObject({ code: 'key.reused', status: 422 });
  });

  it('are listed with filters, page after page', async () => {
    const after = new Date();
    for (let n = 0; n < 3; n++) await orrery.workflows.start(LONG);
    const options = { status: ['running', 'paused'], definition: 'long', startedAfter: after, limit: 2 } as const;
    const page = await orrery.workflows.list({ ...options, atLeast: orrery.position });
    expect(page).toMatchObject({ counts: { running: 3, completed: 0 }, nextCursor: expect.any(String) });
    const all = await gather(orrery.workflows.all(options));
    expect(all.map(({ status }) => status)).toEqual(['running', 'running', 'running']);
  });

  it('are read as they were, and with all their tasks', async () => {
    const tasks = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`t${n}`, { type: 'noop' }]));
    const { id } = await orrery.workflows.start({ orrery: 'v1', name: 'wide', tasks });
    await orrery.workflows.waitForResult(id);
    expect((await orrery.workflows.getWhole(id)).tasks).toHaveLength(501);
    expect(await orrery.workflows.get(id, { atVersion: 1 })).toMatchObject({ version: 1, status: 'running' });
    const second = await orrery.workflows.get(id, { tasksCursor: '500', payloads: true });
    expect(second.tasks).toHaveLength(1);
  });

  it('tell their events, and are followed to their end', async () => {
    const { id } = await orrery.workflows.start(NAP);
    const types = (await gather(orrery.workflows.follow(id))).map(({ type }) => type);
    expect(types[0]).toBe('WorkflowStarted');
    expect(types.at(-1)).toBe('WorkflowCompleted');
    const { items } = await orrery.workflows.events(id, { after: 1, limit: 1 });
    expect(items.map(({ version }) => version)).toEqual([2]);
    expect(await gather(orrery.workflows.follow(id, { after: types.length }))).toEqual([]);
  }, 60_000);

  it('are paused, resumed and cancelled; what a command would bring can be asked first', async () => {
    const { id } = await orrery.workflows.start(LONG);
    const { events } = await orrery.workflows.dryRun(id, 'cancel', { compensate: false });
    expect(events.map(({ type }) => type)).toContain('WorkflowCancelled');
    expect(await orrery.workflows.pause(id)).toMatchObject({ id, changed: true });
    const { version } = await orrery.workflows.get(id);
    await expect(orrery.workflows.resume(id, { ifVersion: 1 })).rejects.toMatchObject({ status: 412 });
    expect(await orrery.workflows.resume(id, { ifVersion: version })).toMatchObject({ changed: true });
    await expect(orrery.workflows.retry(id)).rejects.toMatchObject({ code: 'workflow.not-failed', retryable: false });
    await orrery.workflows.cancel(id, { reason: 'enough', idempotencyKey: 'cancel-1' });
    expect(await orrery.workflows.waitForResult(id)).toMatchObject({ status: 'cancelled' });
  });

  it('take signals, and tell what one would bring', async () => {
    const tasks = { ask: { type: 'wait', input: { signal: 'go' } } };
    const { id } = await orrery.workflows.start({ ...NAP, name: 'asks', tasks, output: '${ tasks.ask.output }' });
    const { events } = await orrery.workflows.dryRun(id, 'signal', { name: 'go', payload: 1 });
    expect(events.map(({ type }) => type)).toContain('SignalReceived');
    await expect(orrery.workflows.signal(id, 'gone')).rejects.toMatchObject({ code: 'signal.not-found' });
    await orrery.workflows.signal(id, 'go', { by: 'spec' }, { idempotencyKey: 'go-1' });
    expect(await orrery.workflows.waitForResult(id)).toMatchObject({ status: 'completed', output: { by: 'spec' } });
  });

  it('start many at once, each with an answer of its own', async () => {
    const items = [{ definition: NAP, labels: { team: 'sea' } }, { definition: 'nobody' }, { definition: NAP }];
    const { items: answers, position } = await orrery.workflows.startMany(items, { idempotencyKey: 'many-1' });
    expect(answers).toMatchObject([
      { created: true, status: 'running' },
      { problem: { code: 'definition.not-found', retryable: false } },
      { created: true },
    ]);
    expect(orrery.position).toBe(position);
    const found = await orrery.workflows.list({ labels: { team: 'sea' }, q: 'nap', atLeast: position! });
    expect(found.items).toHaveLength(1);
    expect((await orrery.workflows.list({ labels: { team: true }, endedBefore: new Date(0) })).items).toEqual([]);
  });

  it('are deleted when they have ended, and then gone', async () => {
    const { id } = await orrery.workflows.start(NAP);
    await expect(orrery.workflows.delete(id, { ifVersion: 99 })).rejects.toThrow();
    await orrery.workflows.waitForResult(id);
    expect(await orrery.workflows.delete(id)).toMatchObject({ id, changed: true });
    await expect(orrery.workflows.get(id)).rejects.toMatchObject({ status: 410, code: 'workflow.deleted' });
  });

  it('are waited for no longer than is wanted', async () => {
    const { id } = await orrery.workflows.start(LONG);
    await expect(orrery.workflows.waitForResult(id, { timeoutMs: 50 })).rejects.toThrow(OrreryTimeout);
    const signal = AbortSignal.timeout(20);
    await expect(orrery.workflows.waitForResult(id, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('Tasks', () => {
  it('are taken, kept alive and reported', async () => {
    const { id: run } = await orrery.workflows.start({ ...NAP, tasks: { a: { type: 'dig' }, b: { type: 'dig' } } });
    const tasks = await orrery.tasks.poll({ workerId: 'spec', types: ['dig'], max: 2, waitMs: 5_000 });
    expect(tasks.map(({ workflowId }) => workflowId)).toEqual([run, run]);
    const [one, other] = tasks as [(typeof tasks)[0], (typeof tasks)[0]];
    expect(await orrery.tasks.heartbeat(one, { progress: 0.5 })).toMatchObject({ cancelled: false });
    expect(await orrery.tasks.complete(one, null)).toMatchObject({ id: one.id });
    await orrery.tasks.fail(other, { message: 'no', retryable: false });
    expect(await orrery.workflows.waitForResult(run)).toMatchObject({ status: 'failed' });
    expect(
      await orrery.tasks.report(
        [{ ...other, output: 1 }].map(({ id, leaseToken, output }) => ({ id, leaseToken, output })),
      ),
    ).toMatchObject([{ id: other.id, recorded: false, problem: { code: 'task.lease-lost' } }]);
    const { items } = await orrery.tasks.list({ type: 'dig', status: 'failed', atLeast: orrery.position });
    expect(items).toMatchObject([{ id: other.id }]);
    expect(await gather(orrery.tasks.all({ type: 'dig' }))).toHaveLength(1);
  });
});

describe('The server', () => {
  it('says how it is, what it allows, who is there and what waits', async () => {
    expect(await orrery.health()).toMatchObject({ version: 'test', components: { database: 'ok' } });
    expect(await orrery.readiness()).toMatchObject({ status: 'ok', checks: { engine: { status: 'ok' } } });
    expect(await orrery.limits()).toMatchObject({ payloadBytes: 1_048_576 });
    expect((await orrery.workers()).map(({ id }) => id)).toEqual(['spec']);
    await orrery.workflows.start({ ...NAP, tasks: { a: { type: 'nobody-does-this' } } });
    const queue = (await orrery.queues()).find(({ type }) => type === 'nobody-does-this');
    expect(queue).toMatchObject({ waiting: 1, held: 0, workers: 0 });
    expect(await orrery.explain('task.lease-lost')).toMatchObject({ status: 409, meaning: expect.any(String) });
  });
});
