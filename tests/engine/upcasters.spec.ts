import { describe, expect, it } from '@jest/globals';
import { GENESIS, GetWorkflow, type NewCommit, type StreamType, chainHash, followed } from '@orrery/application';
import { DEFAULT_NAMESPACE, SignalWorkflow, type StreamId, TooNew } from '@orrery/domain';
import { MemoryLog, MemoryLogStore, MemorySnapshots } from '@orrery/infrastructure/memory';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, idIn, keyIn, register, result, send, story, submit } from './support/runs.js';
import { STREAM, SNAPSHOT_EVERY, add, openShell } from './support/tally.js';
import { TestClock } from './support/test-clock.js';
import { ANONYMOUS, type Process, World } from './support/world.js';

const KEY = { namespace: DEFAULT_NAMESPACE, stream: STREAM };
/** Sums as a later release has them: what is added is told with a unit, which it once was not. */
const older: StreamType = add('', 0).type;
const newer: StreamType = {
  ...older,
  upcasters: { Added: [({ amount, ...rest }) => ({ ...rest, amount: amount!, unit: 'crowns' })] },
};

/** What comes after these commits, of whatever release. */
function next(after: readonly NewCommit[], events: readonly object[], key = KEY, partition = 0): NewCommit {
  const last = after.at(-1);
  const firstVersion = (last?.lastVersion ?? 0) + 1;
  const metadata = JSON.stringify([{ n: events.length, at: 0 }]);
  const row = { ...key, partition, firstVersion, lastVersion: firstVersion + events.length - 1 };
  const text = { ...row, events: JSON.stringify(events), metadata };
  return { ...text, hash: chainHash(last?.hash ?? GENESIS, text) };
}

function open(snapshots = new MemorySnapshots()) {
  const clock = new TestClock();
  const log = new MemoryLog(new MemoryLogStore(clock));
  const rows: NewCommit[] = [];
  const append = async (...events: object[]) => {
    rows.push(next(rows, events));
    await log.append([rows.at(-1)!]);
  };
  return { clock, log, rows, append, snapshots, process: () => openShell(log, clock, snapshots) };
}

describe('a stream of events of two schemas', () => {
  it('is read as if all were of today', async () => {
    const { append, process } = open();
    await append({ type: 'Added', v: 1, by: 'old', amount: 1 });
    await append(
      { type: 'Added', v: 2, by: 'new', amount: 2, unit: 'crowns' },
      { type: 'Added', v: 1, by: 'late', amount: 3 },
    );
    const read = await process().aggregates.read(KEY, newer);
    expect(read.state).toEqual({ total: 6, by: ['old', 'new', 'late'] });
  });

  it('is refused whole by an older release, which says what it met, where, and what is needed', async () => {
    const { append, process, rows } = open();
    await append({ type: 'Added', v: 1, by: 'old', amount: 1 });
    await append({ type: 'Added', v: 1, by: 'old', amount: 1 }, { type: 'Added', v: 2, by: 'new', amount: 2 });
    const { aggregates, handle } = process();
    const refused = aggregates.read(KEY, older);
    await expect(refused).rejects.toThrow(TooNew);
    await expect(refused).rejects.toMatchObject({
      code: 'event.too-new',
      message: `event 3 of ${STREAM} is "Added" of schema 2, which this release knows only up to schema 1: a newer release wrote it, and only a process of that one or a later can go on with it`,
      details: { stream: STREAM, version: 3, type: 'Added', schema: 2, known: 1 },
    });
    // At once: to wait for it would be in vain.
    await expect(handle.handle(add('more', 1))).rejects.toMatchObject({ code: 'event.too-new' });
    expect(rows).toHaveLength(2);
  });

  it('is refused by a process that had it in memory, and decided on what it did not know of', async () => {
    const { process, log } = open();
    const { handle } = process();
    await handle.handle(add('mine', 1, { begins: true }));
    const [mine] = await log.readStream(KEY, 0, 10);
    await log.append([next([mine!], [{ type: 'Subtracted', v: 1, by: 'new', amount: 1 }], KEY, mine!.partition)]);
    await expect(handle.handle(add('more', 1))).rejects.toMatchObject({
      code: 'event.too-new',
      details: { type: 'Subtracted', schema: 1, known: 0 },
    });
    expect(await log.readStream(KEY, 0, 10)).toHaveLength(2);
  });

  it('goes on from a snapshot that was taken before its events changed', async () => {
    const { append, process, snapshots } = open();
    for (let n = 0; n < SNAPSHOT_EVERY; n += 1) await append({ type: 'Added', v: 1, by: 'old', amount: 1 });
    await snapshots.save([(await process().aggregates.read(KEY, older)).snapshot()]);
    await append({ type: 'Added', v: 2, by: 'new', amount: 5, unit: 'crowns' });
    expect((await process().aggregates.read(KEY, newer)).state).toMatchObject({ total: SNAPSHOT_EVERY + 5 });
  });
});

describe('an engine of an older release beside a newer one', () => {
  const waits = definition({ a: { type: 'wait', input: { signal: 'go' } } });
  const go = () => new SignalWorkflow({ name: 'go', payload: null });

  /** The newer one, which owns nothing, answers a request to a run of the older one's. */
  async function written(world: World, id: StreamId): Promise<void> {
    const stream = world.store.stream(keyIn(id));
    const event = { type: 'SignalReceived', v: 2, name: 'go', payload: null, by: 'somebody' };
    const log = new MemoryLog(world.store);
    const row = next(stream, [event], { namespace: DEFAULT_NAMESPACE, stream: id }, stream[0]!.partition);
    await log.append([row]);
    await log.announce([row]);
  }

  async function open() {
    const world = new World();
    const process = await world.process({ work: () => 'done' }).start();
    const { id } = await submit(process, { id: idIn(1), definition: waits });
    await world.advance(1_000);
    return { world, process, id };
  }

  const asked = ({ orchestration }: Process, id: StreamId) =>
    orchestration.queryHandlers.getWorkflow.execute(new GetWorkflow(ANONYMOUS, id));

  it('decides nothing more in a run that the newer one wrote to, and says why', async () => {
    const { world, process, id } = await open();
    await written(world, id);
    await world.advance(5_000);
    const before = world.store.stream(keyIn(id)).length;
    for (const ask of [() => send(process, id, go()), () => asked(process, id), () => result(process, id)]) {
      await expect(ask()).rejects.toMatchObject({
        code: 'event.too-new',
        details: { version: 3, schema: 2, known: 1 },
      });
    }
    await world.advance(60_000);
    expect(world.store.stream(keyIn(id))).toHaveLength(before);
    expect(process.errors).toContainEqual(expect.objectContaining({ code: 'event.too-new' }));
  });

  it('hands nothing out of such a run, and keeps its workers for others', async () => {
    const { world, process } = await open();
    const { id } = await submit(process, { id: idIn(1, 1), definition: definition({ a: { type: 'slow' } }) });
    await written(world, id);
    await world.advance(1_000);
    const worker = new RemoteWorker(process, { types: ['slow'] });
    await world.advance(5_000);
    expect(worker.held).toEqual([]);
    const { id: beside } = await submit(process, definition({ a: { type: 'slow' } }));
    await world.advance(5_000);
    expect(worker.held.map(({ workflowId }) => workflowId)).toEqual([beside]);
  });

  it('goes on with all other runs, of the same partition too', async () => {
    const { world, process, id } = await open();
    const { id: beside } = await submit(process, { id: idIn(1, 1), definition: waits });
    await written(world, id);
    await world.advance(1_000);
    await send(process, beside, go());
    const { id: fresh } = await submit(process, { id: idIn(1, 2), definition: definition({ a: {} }) });
    await world.advance(1_000);
    expect([await result(process, beside), await result(process, fresh)]).toMatchObject([
      { status: 'completed' },
      { status: 'completed' },
    ]);
  });

  it('does not pass it over in the lists: they wait for a newer release', async () => {
    const { world, process, id } = await open();
    const { checkpoints, store } = world;
    await written(world, id);
    const { cursor, partition } = store.committed.at(-1)!;
    await world.advance(60_000);
    const passed = (await checkpoints.load('views', [partition])).get(partition)!;
    expect(passed.transactionId).toBeLessThan(cursor.transactionId);
    expect(() => followed(store.committed.at(-1)!).recorded()).toThrow(TooNew);
    expect(process.errors.length).toBeGreaterThan(0);
  });

  it('takes over what others left, but for that run', async () => {
    const { world, process, id } = await open();
    const { id: beside } = await submit(process, { id: idIn(1, 1), definition: waits });
    await world.advance(1_000);
    process.crash();
    await written(world, id);
    const next = await world.process().start();
    await world.advance(1_000);
    await send(next, beside, go());
    expect(await result(next, beside, 1_000)).toMatchObject({ status: 'completed' });
    await expect(asked(next, id)).rejects.toMatchObject({ code: 'event.too-new' });
    expect(next.errors).toContainEqual(expect.objectContaining({ code: 'event.too-new' }));
  });
  it('fails no parent because it cannot read what the child runs', async () => {
    const { world, process } = await open();
    await register(process, { ...definition({ a: {} }), name: 'child' });
    const { stream, partition } = world.store.committed.at(-1)!;
    const registered = world.store.stream(keyIn(stream));
    const event = { type: 'DefinitionRegistered', v: 2, name: 'child', version: 2, hash: 'of another', by: 'somebody' };
    const row = next(registered, [event], { namespace: DEFAULT_NAMESPACE, stream }, partition);
    const log = new MemoryLog(world.store);
    await log.append([row]);
    await log.announce([row]);
    await world.advance(1_000);
    const { id } = await submit(process, definition({ a: { type: 'workflow', input: { definition: 'child' } } }));
    await world.advance(60_000);
    expect(story(world, id)).toEqual(['WorkflowStarted', 'TaskStarted 0.1']);
  });
});
