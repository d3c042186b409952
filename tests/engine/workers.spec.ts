import { describe, expect, it } from '@jest/globals';
import type { HandedTask } from '@orrery/application';
import { CancelWorkflow } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, history, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const ONCE = { retry: { maxAttempts: 1 } };
const wide = (count: number, task: object = {}) =>
  definition(Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, task])));

async function open() {
  const world = new World();
  const process = await world.process().start();
  return { world, process };
}

describe('a worker outside', () => {
  it('gets as many tasks as it has slots, and the next when it has one free', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 2 });
    const { id } = await submit(process, wide(3));
    await settled();
    expect(worker.held.map(({ key }) => key)).toEqual(['t0', 't1']);
    await worker.complete(worker.held[0]!);
    await settled();
    expect(worker.held.map(({ key }) => key)).toEqual(['t1', 't2']);
    for (const task of [...worker.held]) await worker.complete(task);
    expect((await result(process, id)).status).toBe('completed');
    auditLog(world);
  });

  it('shares the work with others, in turn', async () => {
    const { process } = await open();
    const workers = [1, 2, 3].map((name) => new RemoteWorker(process, { slots: 10, workerId: `w${name}` }));
    await submit(process, wide(9));
    await settled();
    expect(workers.map(({ held }) => held.length)).toEqual([3, 3, 3]);
  });

  it('is lost when nothing is heard of it for a lease, and its attempt is made again', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 1 });
    const { id } = await submit(process, definition({ a: { retry: { maxAttempts: 2 } } }));
    await settled();
    await world.advance(10_000);
    worker.beat();
    worker.disconnect();
    await world.advance(14_900);
    expect(story(world, id)).not.toContain('TaskFailed 0.1');
    await world.advance(700);
    const failed = history(world, id).find(({ event }) => event.type === 'TaskFailed');
    expect(failed!.event).toMatchObject({ error: { code: 'worker.lost' } });
    const other = new RemoteWorker(process, { workerId: 'other' });
    await world.advance(2_000);
    expect(other.held.map(({ attempt }) => attempt)).toEqual([2]);
    await other.complete(other.held[0]!);
    expect((await result(process, id)).status).toBe('completed');
    await expect(worker.complete(worker.held[0]!)).rejects.toMatchObject({ code: 'task.lease-lost' });
  });

  it('keeps its attempt with beats, and its heartbeat timeout with heartbeats alone', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 2 });
    const { id } = await submit(
      process,
      definition({ a: { ...ONCE }, b: { ...ONCE, timeouts: { heartbeat: '8s' }, optional: true } }),
    );
    await settled();
    const [a, b] = worker.held;
    expect([a!.heartbeatMs, b!.heartbeatMs]).toEqual([5_000, 2_666]);
    for (let second = 0; second < 40; second += 4) {
      await world.advance(4_000);
      if (second < 20) worker.heartbeat(b!);
      if (worker.held.length === 2 && second >= 30) worker.held.pop();
      if (second < 28) worker.beat();
      else process.orchestration.dispatcher.beat({ ...address(a!), leaseToken: a!.leaseToken }, worker);
    }
    expect(worker.cancelled).toEqual(['1.1']);
    expect(story(world, id)).toContain('TaskFailed 1.1');
    await worker.complete(a!);
    expect((await result(process, id)).status).toBe('completed');
  });

  it('reports its start at once where time is measured from there, and after a second otherwise', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 3 });
    const { id } = await submit(
      process,
      definition({ slow: {}, queued: { timeouts: { queue: '1m' } }, short: { timeouts: { run: '1500ms' } } }),
    );
    await settled();
    expect(story(world, id).filter((each) => each.startsWith('TaskStarted'))).toEqual([
      'TaskStarted 1.1',
      'TaskStarted 2.1',
    ]);
    await world.advance(1_000);
    expect(story(world, id)).toContain('TaskStarted 0.1');
    for (const task of [...worker.held]) await worker.complete(task);
    const starts = history(world, id).filter(({ event }) => event.type === 'TaskStarted');
    expect(starts.every(({ event }) => 'worker' in event && event.worker === 'remote')).toBe(true);
    expect(starts).toHaveLength(3);
  });

  it('may be waited for no longer than the queue timeout', async () => {
    const { world, process } = await open();
    const { id } = await submit(process, definition({ a: { timeouts: { queue: '10s' }, ...ONCE } }));
    await world.advance(10_000);
    expect((await result(process, id)).error).toMatchObject({ code: 'task.timed-out' });
    const worker = new RemoteWorker(process);
    await settled();
    expect(worker.held).toEqual([]);
    expect(process.orchestration.dispatcher.backlog.size).toBe(0);
  });

  it('is answered the same when it repeats itself, and refused when it holds the attempt no longer', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 1 });
    await submit(process, definition({ a: { retry: { maxAttempts: 2, backoff: { initial: '1s' } } }, b: {} }));
    await settled();
    const first = worker.held[0]!;
    await worker.fail(first, { code: 'boom', message: 'no' });
    await worker.fail(first, { code: 'boom', message: 'no' });
    await expect(worker.complete({ ...first, leaseToken: '1.somebody' })).rejects.toMatchObject({
      code: 'task.lease-lost',
    });
    for (const leaseToken of ['', 'x', '0.a', '-1.a', '99.a', '1e9.x'])
      await expect(worker.complete({ ...first, leaseToken })).rejects.toMatchObject({ code: 'task.lease-lost' });
    worker.free = 2;
    await world.advance(2_000);
    const second = worker.held.find(({ attempt }) => attempt === 2)!;
    await expect(worker.complete(first)).rejects.toMatchObject({ code: 'task.lease-lost' });
    await expect(worker.complete({ ...second, leaseToken: '2.other' })).rejects.toMatchObject({
      code: 'task.lease-lost',
    });
    expect(() => worker.heartbeat({ ...second, leaseToken: '2.other' })).toThrow(/another worker/);
    await worker.complete(second, 'done');
    await worker.complete(second, 'done');
    auditLog(world);
  });

  it('is told when its attempt no longer counts, and what was never sent ends at once', async () => {
    const { world, process } = await open();
    const worker = new RemoteWorker(process, { slots: 2 });
    const { id } = await submit(process, wide(4));
    await settled();
    await send(process, id, new CancelWorkflow({}));
    await settled();
    expect(worker.cancelled).toEqual(['0.1', '1.1']);
    expect(story(world, id).slice(-3)).toEqual(['WorkflowStopped', 'TaskWithdrawn 2.1', 'TaskWithdrawn 3.1']);
    expect((await result(process, id)).ended).toBe(false);
    await worker.complete(worker.held[0]!);
    await world.advance(15_600);
    expect((await result(process, id)).status).toBe('cancelled');
    expect(process.orchestration.dispatcher.leases.size).toBe(0);
    await world.advance(2_000);
    await auditViews(world);
  });

  it('is let finish after a failure, unless the definition says otherwise', async () => {
    const { process } = await open();
    const worker = new RemoteWorker(process, { slots: 3 });
    const { id } = await submit(process, definition({ a: ONCE, b: ONCE }));
    await settled();
    const [a, b] = worker.held;
    await worker.fail(a!, { code: 'boom', message: 'no' });
    expect(worker.cancelled).toEqual([]);
    await worker.complete(b!);
    expect((await result(process, id)).status).toBe('failed');
    const onFailure = { action: 'fail', running: 'cancel' };
    await submit(process, definition({ a: ONCE, b: ONCE }, { onFailure }));
    worker.free = 2;
    process.orchestration.dispatcher.freed();
    await settled();
    await worker.fail(worker.held[0]!, { code: 'boom', message: 'no' });
    expect(worker.cancelled).toEqual(['1.1']);
  });
});

describe('the backlog', () => {
  it('gives the higher priority first, and ages what waits so that nothing starves', async () => {
    const { world, process } = await open();
    await submit(process, definition({ low: { priority: 0 } }));
    await world.advance(100_000);
    await submit(process, definition({ middle: { priority: 3 }, high: { priority: 9 } }));
    const worker = new RemoteWorker(process, { slots: 3 });
    await settled();
    expect(worker.held.map(({ key }) => key)).toEqual(['high', 'low', 'middle']);
  });

  it('says how much waits, and since when', async () => {
    const { world, process } = await open();
    const since = world.clock.now();
    await submit(process, definition({ a: {}, b: {}, c: { type: 'other' } }));
    await settled();
    const depths = [...process.orchestration.dispatcher.backlog.depths()];
    expect(depths).toEqual([
      { namespace: 'default', type: 'work', waiting: 2, oldestQueuedAt: since },
      { namespace: 'default', type: 'other', waiting: 1, oldestQueuedAt: since },
    ]);
  });
});

function address(task: HandedTask) {
  return { namespace: task.namespace, workflow: task.workflowId, ordinal: Number(task.id.split('~')[1]) };
}
