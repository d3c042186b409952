import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '@orrery/application';
import {
  CancelWorkflow,
  PauseWorkflow,
  ResumeWorkflow,
  SignalWorkflow,
  type StreamId,
  Unavailable,
} from '@orrery/domain';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, history, idIn, register, result, send, story, submit } from './support/runs.js';
import { answerLate } from './support/late.js';
import { settled } from './support/test-clock.js';
import { PARTITIONS, World } from './support/world.js';

const child = (task: object) => ({ ...definition({ b: task }), name: 'child' });
const ALL = [...Array(PARTITIONS).keys()];
const asChild = { type: 'workflow', input: { definition: 'child' } };

/** The run that another one began. */
function childOf(world: World, workflow: StreamId): StreamId {
  const ids = [...new Set(world.store.committed.map(({ stream }) => stream))];
  return ids.find((id) => {
    const [first] = history(world, id);
    return first?.event.type === 'WorkflowStarted' && first.event.parent?.workflow === workflow;
  })!;
}

/** Owners of a parent's partition, one after the other, and of its child's. */
async function owners() {
  const world = new World();
  const first = await world.process({}, { partitions: [3] }).start();
  const second = await world.process({}, { partitions: [4] }).start();
  await world.process({}, { partitions: ALL.filter((partition) => partition !== 3 && partition !== 4) }).start();
  await register(first, child({}));
  return { world, first, second };
}

describe('a child run', () => {
  it('that begins as its parent goes on is started', async () => {
    const world = new World();
    let finish: () => void = () => undefined;
    const slow = () => new Promise<null>((resolve) => (finish = () => resolve(null)));
    const process = await world.process({ slow }).start();
    await register(process, child({ type: 'noop' }));
    const document = definition({
      before: { type: 'slow' },
      a: { ...asChild, dependsOn: ['before'] },
    });
    const { id } = await submit(process, document);
    await settled();
    await send(process, id, new PauseWorkflow({}));
    finish();
    await settled();
    await send(process, id, new ResumeWorkflow({}));
    await settled();
    expect(await result(process, id)).toMatchObject({ status: 'completed' });
  });

  it('goes on with its parent when whoever was to tell it has died', async () => {
    const world = new World();
    const process = await world.process().start();
    await register(process, child({}));
    const { id } = await submit(process, definition({ a: asChild }));
    await settled();
    const only = childOf(world, id);
    await send(process, id, new PauseWorkflow({}));
    await settled();
    // It dies with the commit, before it has told anybody.
    world.turns = () => 3;
    void send(process, id, new ResumeWorkflow({})).catch(() => undefined);
    await settled(4);
    expect(story(world, id).at(-1)).toBe('WorkflowResumed');
    process.crash();
    const next = await world.process({ work: () => 'done' }).start();
    await world.advance(1_000);
    expect(await result(next, only)).toMatchObject({ status: 'completed' });
    expect(await result(next, id)).toMatchObject({ status: 'completed' });
  });

  it('that somebody else ended tells its parent, also when its owner dies before it has read of it', async () => {
    const world = new World();
    const keeper = await world.process({}, { partitions: [0] }).start();
    const owner = await world.process({}, { partitions: ALL.slice(1) }).start();
    await register(keeper, child({ type: 'wait', input: { signal: 'go' } }));
    // Its parent is another owner's, who has no reason to look at it again.
    let only: StreamId | undefined;
    let id = idIn(0);
    for (let number = 0; only === undefined || partitionOf(only, ALL.length) === 0; number += 1) {
      id = idIn(0, number);
      await submit(keeper, { definition: definition({ a: asChild }), id });
      await settled();
      only = childOf(world, id);
    }
    await world.advance(2_000);
    owner.log.deaf = true;
    owner.log.beforeRead = () => new Promise(() => undefined);
    await send(keeper, only, new SignalWorkflow({ name: 'go', payload: null }));
    await world.advance(2_000);
    owner.crash();
    await world.process({}, { partitions: ALL.slice(1) }).start();
    await world.advance(2_000);
    expect(await result(keeper, only)).toMatchObject({ status: 'completed' });
    expect(await result(keeper, id)).toMatchObject({ status: 'completed' });
  });

  it('that ended while its owner took it over tells its parent, whoever owns it next', async () => {
    const world = new World();
    const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const parents = await world.process({}, { partitions: [3] }).start();
    const children = await world.process({}, { partitions: all.filter((partition) => partition !== 3) }).start();
    await register(parents, child({ type: 'wait', input: { signal: 'go' } }));
    const { id } = await submit(parents, { id: idIn(3), definition: definition({ a: asChild }) });
    await world.advance(1_000);
    // It takes them over, and cannot read what runs there.
    const owned = [...children.ownership.owned()];
    await children.ownership.own([]);
    children.log.beforeRead = () => new Promise(() => undefined);
    void children.ownership.own(owned);
    await settled();
    await send(parents, childOf(world, id), new SignalWorkflow({ name: 'go', payload: null }));
    await world.advance(2_000);
    children.crash();
    await world.process({}, { partitions: owned }).start();
    await world.advance(2_000);
    expect(await result(parents, id)).toMatchObject({ status: 'completed' });
  });

  it('goes on with its parent, whose owner was another one when both were paused, and is the first again', async () => {
    const { world, first, second } = await owners();
    const { id } = await submit(first, { id: idIn(3), definition: definition({ a: asChild }) });
    await settled();
    for (const command of [new PauseWorkflow({}), new ResumeWorkflow({})]) await send(first, id, command);
    await world.advance(1_000);
    await first.ownership.own([]);
    await second.ownership.own([3, 4]);
    await send(second, id, new PauseWorkflow({}));
    await world.advance(1_000);
    await second.ownership.own([4]);
    await first.ownership.own([3]);
    const only = childOf(world, id);
    expect(story(world, only).at(-1)).toBe('WorkflowPaused');
    await send(first, id, new ResumeWorkflow({}));
    await world.advance(1_000);
    expect(story(world, only).at(-1)).toBe('WorkflowResumed');
  });

  it('is not paused by what an earlier owner of its parent had to say, and could not until its parent went on', async () => {
    const { world, first, second } = await owners();
    const before = { type: 'wait', input: { signal: 'go' } };
    const document = definition({ before, a: { ...asChild, dependsOn: ['before'] } });
    const { id } = await submit(first, { id: idIn(3), definition: document });
    const startable = answerLate(first.log, 'readStreams');
    await send(first, id, new SignalWorkflow({ name: 'go', payload: null }));
    await send(first, id, new PauseWorkflow({}));
    await first.ownership.own([]);
    await second.ownership.own([3, 4]);
    await world.advance(1_000);
    const only = childOf(world, id);
    expect(story(world, only).at(-1)).toBe('WorkflowPaused');
    await send(second, id, new ResumeWorkflow({}));
    await world.advance(1_000);
    startable();
    await world.advance(1_000);
    expect(story(world, only).at(-1)).toBe('WorkflowResumed');
  });

  it('is not paused by what an earlier owner of its parent tried to say for as long as the log was away', async () => {
    const { world, first, second } = await owners();
    const { id } = await submit(first, { id: idIn(3), definition: definition({ a: asChild }) });
    await world.advance(1_000);
    first.log.beforeRead = () => Promise.reject(new Unavailable('log.unreachable', 'it is away'));
    await send(first, id, new PauseWorkflow({}));
    await first.ownership.own([]);
    await second.ownership.own([3, 4]);
    await world.advance(1_000);
    await send(second, id, new ResumeWorkflow({}));
    await world.advance(1_000);
    first.log.beforeRead = () => Promise.resolve();
    await world.advance(2_000);
    expect(story(world, childOf(world, id)).slice(-2)).toEqual(['WorkflowPaused', 'WorkflowResumed']);
  });

  it('that was cancelled and is not over goes on with its parent, whose owner has read that it did', async () => {
    const world = new World();
    const owner = await world.process({}, { partitions: ALL.slice(1) }).start();
    const other = await world.process({}, { partitions: [0] }).start();
    await register(owner, child({}));
    const { id } = await submit(owner, { id: idIn(3), definition: definition({ a: asChild }) });
    const worker = new RemoteWorker(owner);
    await settled();
    await send(owner, id, new CancelWorkflow({}));
    await settled();
    await send(owner, id, new PauseWorkflow({}));
    await settled();
    const only = childOf(world, id);
    expect(story(world, only).slice(-2)).toEqual(['WorkflowStopped', 'WorkflowPaused']);
    await send(other, id, new ResumeWorkflow({}));
    await world.advance(1_000);
    expect(story(world, only)).toContain('WorkflowResumed');
    await worker.complete(worker.held[0]!);
    await world.advance(1_000);
    expect(await result(owner, id)).toMatchObject({ status: 'cancelled' });
  });

  it('goes on with its parent also where its owner reads late how the parent was before', async () => {
    const world = new World();
    const process = await world.process({}).start();
    await register(process, child({}));
    const { id } = await submit(process, definition({ a: asChild }));
    await settled();
    await send(process, id, new PauseWorkflow({}));
    await settled();
    const only = childOf(world, id);
    expect(story(world, only).at(-1)).toBe('WorkflowPaused');
    const { log } = process;
    const append = log.append.bind(log);
    let write: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (write = resolve));
    log.append = async (rows) => {
      log.append = append;
      await written;
      return append(rows);
    };
    const resumed = send(process, id, new ResumeWorkflow({}));
    await settled();
    const answer = answerLate(log, 'readStreams');
    const { namespace, partition } = world.store.committed.find(({ stream }) => stream === id)!;
    await log.announce([{ namespace, stream: id, partition, lastVersion: 99 }]);
    await settled();
    write();
    await resumed;
    await settled();
    answer();
    await world.advance(1_000);
    expect(story(world, only).at(-1)).toBe('WorkflowResumed');
  });
});
