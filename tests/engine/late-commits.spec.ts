import { describe, expect, it } from '@jest/globals';
import { CancelWorkflow, SignalWorkflow } from '@orrery/domain';
import { answerLate, askLate } from './support/late.js';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, idIn, result, send, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const waitsFor = (signal: string) => ({ type: 'wait', input: { signal } });

/** A run that sleeps for 5 s once another process has signalled; its owner's own signal is in the log, and not answered yet. */
async function sleepingUnanswered({ deaf = false } = {}) {
  const world = new World();
  const owner = await world.process({}, { partitions: [3] }).start();
  const other = await world.process({}, { partitions: [4] }).start();
  const sleeps = { type: 'sleep', input: { duration: '5s' }, dependsOn: ['a'] };
  const document = definition({ a: waitsFor('first'), b: sleeps, c: waitsFor('second') });
  const { id } = await submit(owner, { id: idIn(3), definition: document });
  await settled();
  const answer = answerLate(owner.log, 'append');
  const second = send(owner, id, new SignalWorkflow({ name: 'second', payload: null }));
  await settled();
  owner.log.deaf = deaf;
  // Whoever follows the log waits for somebody else's transaction.
  if (deaf) owner.log.begin();
  await send(other, id, new SignalWorkflow({ name: 'first', payload: null }));
  return { world, owner, id, answer, second };
}

describe('a commit whose answer comes late', () => {
  it('is not acted on when others have gone on since, and its owner has seen that', async () => {
    const { world, owner, id, answer, second } = await sleepingUnanswered();
    await world.advance(1_000);
    answer();
    await second;
    await world.advance(5_000);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
  });

  it('loses no timer that fell due before the answer came', async () => {
    const { world, owner, id, answer, second } = await sleepingUnanswered();
    await world.advance(6_000);
    answer();
    await second;
    await world.advance(1_000);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
  });

  it('loses no timer of what was read before the answer came, and arrived after it', async () => {
    const { world, owner, id, answer, second } = await sleepingUnanswered({ deaf: true });
    const read = answerLate(owner.log, 'readStreams');
    owner.log.deaf = false;
    const { namespace, partition, lastVersion } = world.store.committed.at(-1)!;
    await owner.log.announce([{ namespace, stream: id, partition, lastVersion }]);
    await settled();
    answer();
    await second;
    read();
    await world.advance(6_000);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
  });

  it('hands nothing out that was decided since then, and has not committed', async () => {
    const world = new World();
    const process = await world.process().start();
    const worker = new RemoteWorker(process, { slots: 2 });
    const { id } = await submit(process, definition({ a: { compensate: { type: 'work' } } }));
    await settled();
    const stopped = answerLate(process.log, 'append');
    const cancelled = send(process, id, new CancelWorkflow({}));
    await settled();
    const completed = worker.complete(worker.held[0]!);
    await settled();
    const undoing = askLate(process.log, 'append');
    stopped();
    await cancelled;
    await settled();
    expect(worker.held).toMatchObject([{ key: 'a', compensation: false }]);
    undoing();
    await completed;
    await settled();
    expect(worker.held).toMatchObject([{ key: 'a', compensation: true }]);
  });

  it('hands nothing out that an owner decided as it heard of a stop, and that has not committed', async () => {
    const world = new World();
    const owner = await world.process({ work: () => null }, { partitions: [3] }).start();
    const other = await world.process({}, { partitions: [4] }).start();
    const tasks = { a: { compensate: { type: 'work' } }, b: { type: 'nobody', dependsOn: ['a'] } };
    const { id } = await submit(owner, { id: idIn(3), definition: definition(tasks) });
    await settled();
    const withdrawn = askLate(owner.log, 'append');
    await send(other, id, new CancelWorkflow({}));
    await settled();
    expect(owner.handed.map(({ compensation }) => compensation)).toEqual([false]);
    withdrawn();
    await settled();
    expect(owner.handed.map(({ compensation }) => compensation)).toEqual([false, true]);
    expect(await result(owner, id)).toMatchObject({ status: 'cancelled' });
  });
});
