import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE, SignalWorkflow } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, idIn, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { type Handlers, World } from './support/world.js';

const works: Handlers = { work: () => null };

describe('ownership', () => {
  it('that is lost for a moment loses no run, and has no attempt made twice', async () => {
    const world = new World();
    let finish: (() => void)[] = [];
    const handlers = { work: () => new Promise<null>((resolve) => finish.push(() => resolve(null))) };
    const process = await world.process(handlers).start();
    const { id } = await submit(process, definition({ a: {}, b: { dependsOn: ['a'] }, s: sleep('5s') }));
    await world.advance(1_500);
    await process.ownership.own([]);
    await world.advance(500);
    await process.ownership.own(Array.from({ length: 16 }, (_, partition) => partition));
    await world.advance(10_000);
    expect(process.handed).toHaveLength(1);
    for (let round = 0; round < 2; round++) {
      finish.splice(0).forEach((done) => done());
      await settled();
    }
    finish = [];
    expect((await result(process, id)).status).toBe('completed');
    expect(process.orchestration.dispatcher.leases.size).toBe(0);
  });

  it('does not end attempts for a silence that another owner may have heard broken', async () => {
    const world = new World();
    const first = await world.process().start();
    const worker = new RemoteWorker(first);
    const { id } = await submit(first, definition({ a: { retry: { maxAttempts: 1 } } }));
    await world.advance(2_000);
    await saveSession(world);
    await first.ownership.own([]);
    const second = await world.process().start();
    worker.turnTo(second);
    for (let beat = 0; beat < 10; beat++) {
      await world.advance(4_000);
      worker.beat();
    }
    expect(story(world, id)).not.toContain('TaskFailed 0.1');
    await worker.complete(worker.held[0]!);
    expect((await result(first, id)).status).toBe('completed');
  });

  it('that came with stale memory does not act on it', async () => {
    const world = new World();
    const owner = await world.process(works, { partitions: [3] }).start();
    const other = await world.process(works, { partitions: [4] }).start();
    const id = idIn(3);
    await submit(other, {
      id,
      definition: definition({ a: {}, b: { ...sleep('20s'), dependsOn: ['a'] }, c: { dependsOn: ['b'] } }),
    });
    await world.advance(5_000);
    expect(owner.handed.map(({ key }) => key)).toEqual(['a']);
    owner.crash();
    await other.ownership.own([3, 4]);
    await world.advance(20_000);
    expect(other.handed.map(({ key }) => key)).toEqual(['c']);
    expect((await result(other, id)).status).toBe('completed');
    auditLog(world);
  });

  it('hands nothing out of a partition that has gone, and nothing after its end', async () => {
    const world = new World();
    const process = await world.process().start();
    await submit(process, { id: idIn(3), definition: definition({ a: {} }) });
    await submit(process, { id: idIn(4), definition: definition({ a: {} }) });
    await settled();
    await process.ownership.own([4]);
    const worker = new RemoteWorker(process, { slots: 9 });
    await settled();
    expect(worker.held.map(({ workflowId }) => workflowId)).toEqual([idIn(4)]);
    await process.stop();
    worker.free = 9;
    process.orchestration.dispatcher.freed();
    await world.advance(60_000);
    expect(worker.held).toHaveLength(1);
  });
});

describe('a commit of somebody else', () => {
  it.each([
    ['is acted on when it is announced', false],
    ['is acted on also when its notice is lost', true],
  ])('%s', async (_, deaf) => {
    const world = new World();
    const owner = await world.process(works, { partitions: [3] }).start();
    const other = await world.process({}, { partitions: [] }).start();
    owner.log.deaf = deaf;
    const id = idIn(3);
    await submit(other, { id, definition: definition({ a: {}, s: sleep('3s') }) });
    await world.advance(deaf ? 2_500 : 10);
    expect(owner.handed).toHaveLength(1);
    await world.advance(3_000);
    expect((await result(owner, id)).status).toBe('completed');
    await world.advance(2_000);
    await auditViews(world);
  });

  it('whose reply was lost is acted on all the same', async () => {
    const world = new World();
    const process = await world.process(works).start();
    process.log.failNext('lost-reply-committed');
    const accepted = submit(process, definition({ a: {}, b: { dependsOn: ['a'] } }));
    await world.advance(200);
    const { id } = await accepted;
    await settled();
    const ending = process.orchestration.endings.of({ namespace: DEFAULT_NAMESPACE, stream: id });
    expect((await result(process, id)).status).toBe('completed');
    void ending;
    auditLog(world);
  });

  it('is acted on where an older reading of its run was under way when it was noticed', async () => {
    const world = new World();
    const owner = await world.process().start();
    const other = await world.process({}, { partitions: [] }).start();
    const wait = { type: 'wait', input: { signal: 'go' } };
    const { id } = await submit(owner, definition({ a: wait, s: { ...sleep('5s'), dependsOn: ['a'] } }));
    await settled();
    const { aggregates, workflows } = owner.orchestration.kernel;
    aggregates.dropIdle(() => true);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const read = owner.log.readStreams.bind(owner.log);
    // What it finds is what there was when it was asked.
    owner.log.readStreams = async (after) => {
      const commits = await read(after);
      await answered;
      return commits;
    };
    const older = aggregates.settled({ namespace: DEFAULT_NAMESPACE, stream: id }, workflows);
    await settled();
    await send(other, id, new SignalWorkflow({ name: 'go', payload: null }));
    await world.advance(1_000);
    answer();
    await older;
    await world.advance(6_000);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
  });

  it('that ends a run here tells whoever waits for its end', async () => {
    const world = new World();
    const owner = await world.process({}, { partitions: [3] }).start();
    const id = idIn(3);
    await submit(owner, { id, definition: definition({ a: {} }, { output: '${ tasks.a.output }' }) });
    const ending = owner.orchestration.endings.of({ namespace: DEFAULT_NAMESPACE, stream: id });
    const other = await world.process({}, { partitions: [] }).start();
    const report = { namespace: DEFAULT_NAMESPACE, workflow: id, ordinal: 0, leaseToken: '1.x' };
    await other.orchestration.dispatcher.report({ ...report, outcome: { output: 42 } });
    await world.advance(100);
    expect(await ending).toEqual({ status: 'completed', output: 42, error: null });
    expect(owner.orchestration.dispatcher.backlog.size).toBe(0);
  });
});

const sleep = (duration: string) => ({ type: 'sleep', input: { duration } });

function saveSession({ sessions, clock }: World): Promise<void> {
  const row = { namespace: DEFAULT_NAMESPACE, workerId: 'remote', types: ['work'], transport: 'stream', slots: 3 };
  return sessions.save([{ ...row, transport: 'stream', lastSeenAt: clock.now() }]);
}
