import { describe, expect, it } from '@jest/globals';
import { AGEING_MS_PER_PRIORITY, LEASE_MS } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, history, result, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { type Handlers, World } from './support/world.js';

const never: Handlers = { work: () => new Promise(() => undefined) };
const works: Handlers = { work: () => null };

describe('a process that takes over', () => {
  it('hands out again at once what ran inside the process that died', async () => {
    const world = new World();
    const first = await world.process(never).start();
    const { id } = await submit(first, definition({ a: {}, b: { dependsOn: ['a'] } }));
    await world.advance(3_000);
    expect(first.handed).toHaveLength(1);
    first.crash();
    const second = await world.process(works).start();
    await settled();
    expect((await result(second, id)).status).toBe('completed');
    expect(second.handed.map(({ key, attempt }) => [key, attempt])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    auditLog(world);
  });

  it('ends at once what ran inside the process that died, in a run that stops', async () => {
    const world = new World();
    let fail: () => void = () => undefined;
    const fails = () => new Promise<null>((_, reject) => (fail = () => reject(new Error('no'))));
    const first = await world.process({ ...never, fails }).start();
    const { id } = await submit(first, definition({ a: {}, b: { type: 'fails', retry: { maxAttempts: 1 } } }));
    await world.advance(3_000);
    fail();
    await settled();
    expect(story(world, id)).toContain('WorkflowStopped');
    first.crash();
    const second = await world.process(works).start();
    await settled();
    expect((await result(second, id)).status).toBe('failed');
    expect(second.handed).toEqual([]);
    auditLog(world);
  });

  it('knows what was committed, whether the views had come so far or not', async () => {
    const world = new World();
    const first = await world.process().start();
    const foreign = first.log.begin();
    const runs = await Promise.all([1, 2, 3].map(() => submit(first, definition({ a: {}, b: { dependsOn: ['a'] } }))));
    await world.advance(2_000);
    first.crash();
    const second = await world.process(works).start();
    await settled();
    for (const { id } of runs) expect((await result(second, id)).status).toBe('completed');
    foreign.rollback();
    await world.advance(3_000);
    await auditViews(world);
  });

  it('hands out what has waited longest first, and counts its age from when it was queued', async () => {
    const world = new World();
    const first = await world.process().start();
    const old = await submit(first, definition({ old: {} }));
    await world.advance(AGEING_MS_PER_PRIORITY + 1_000);
    const urgent = await submit(first, definition({ urgent: { priority: 2 } }));
    await world.advance(AGEING_MS_PER_PRIORITY);
    const young = await submit(first, definition({ young: { priority: 2 } }));
    await world.advance(2_000);
    first.crash();
    const second = await world.process(works).start();
    await settled();
    for (const { id } of [old, urgent, young]) expect((await result(second, id)).status).toBe('completed');
    expect(second.handed.map(({ key }) => key)).toEqual(['old', 'urgent', 'young']);
  });

  it('fires what fell due while nobody was there', async () => {
    const world = new World();
    const first = await world.process().start();
    const { id } = await submit(first, definition({ a: { type: 'sleep', input: { duration: '10s' } } }));
    await world.advance(2_000);
    first.crash();
    await world.advance(60_000);
    const second = await world.process().start();
    await world.advance(1);
    expect((await result(second, id)).status).toBe('completed');
  });

  it('waits a lease for workers outside, and knows them by their first word', async () => {
    const world = new World();
    const first = await world.process().start();
    const worker = new RemoteWorker(first, { slots: 3 });
    const { id } = await submit(first, definition({ a: {}, b: {}, c: { retry: { maxAttempts: 2 } }, d: {} }));
    await world.advance(2_000);
    await saveSession(world);
    first.crash();
    const second = await world.process().start();
    const other = new RemoteWorker(second, { slots: 5, workerId: 'other' });
    await settled();
    // Four attempts may be in somebody's hands, and one of them never was.
    expect(other.held).toEqual([]);
    worker.turnTo(second);
    const [a, b, c] = worker.held;
    await worker.complete(a!);
    worker.heartbeat(b!);
    await expect(worker.complete({ ...b!, leaseToken: '1.thief' })).rejects.toMatchObject({ code: 'task.lease-lost' });
    await world.advance(LEASE_MS - 1_000);
    worker.heartbeat(b!);
    await world.advance(4_000);
    expect(story(world, id)).toContain('TaskFailed 2.1');
    expect([...worker.held, ...other.held].map(({ key, attempt }) => `${key}${attempt}`).sort()).toEqual(
      expect.arrayContaining(['b1', 'c2', 'd1']),
    );
    await expect(worker.complete(c!)).rejects.toMatchObject({ code: 'task.lease-lost' });
    await worker.complete(b!);
    for (const each of [worker, other]) for (const task of [...each.held]) await each.complete(task).catch(() => null);
    expect((await result(second, id)).status).toBe('completed');
    auditLog(world);
  });

  it('tries as long as it must when the stores cannot be read', async () => {
    const world = new World();
    const first = await world.process().start();
    const { id } = await submit(first, definition({ a: {} }));
    await world.advance(2_000);
    first.crash();
    const second = world.process(works);
    const load = world.checkpoints.load.bind(world.checkpoints);
    let failures = 3;
    world.checkpoints.load = async (...asked) => {
      if (failures-- > 0) throw new Error('not now');
      return load(...asked);
    };
    const started = second.start();
    await world.advance(5_000);
    await started;
    await settled();
    expect((await result(second, id)).status).toBe('completed');
    expect(second.errors.length).toBeGreaterThan(0);
  });

  it('lets one run that cannot be read keep no other from going on', async () => {
    const world = new World();
    const first = await world.process().start();
    const broken = await submit(first, definition({ a: {} }, { name: 'broken' }));
    const { id } = await submit(first, definition({ a: {} }));
    first.crash();
    const get = world.contents.get.bind(world.contents);
    world.contents.get = async (...asked) => {
      const content = await get(...asked);
      if (content?.document['name'] === 'broken') throw new TypeError('a bug');
      return content;
    };
    const second = await world.process(works).start();
    await settled();
    expect((await result(second, id)).status).toBe('completed');
    expect(second.errors).toContainEqual(new TypeError('a bug'));
    expect(history(world, broken.id)).toHaveLength(2);
  });
});

function saveSession({ sessions, clock }: World): Promise<void> {
  const row = { namespace: DEFAULT_NAMESPACE, workerId: 'remote', types: ['work'], transport: 'stream', slots: 3 };
  return sessions.save([{ ...row, transport: 'stream', lastSeenAt: clock.now() }]);
}
