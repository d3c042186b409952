import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId, type WorkflowStarted } from '@orrery/domain';
import { MemoryLog } from '@orrery/infrastructure/memory';
import { definition, history, register, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { PARTITIONS, World } from './support/world.js';

const ALL = [...Array(PARTITIONS).keys()];

/** The owner of the partition that a definition's name falls into, and a process that owns all others. */
async function open() {
  const world = new World();
  const first = await world.process().start();
  await register(first, definition({ a: {} }));
  const { stream } = world.store.committed.at(-1)!;
  await first.stop();
  const partition = partitionOf(stream, PARTITIONS);
  const owner = await world.process({}, { partitions: [partition] }).start();
  const other = await world.process({}, { partitions: ALL.filter((each) => each !== partition) }).start();
  return { world, owner, other, stream };
}

const versionOf = (world: World, id: StreamId) => (history(world, id)[0]!.event as WorkflowStarted).definition.version;

describe('a version that was registered with another process than the owner of its name', () => {
  it.each([
    ['is what a start by name gets from the owner, too', false],
    ['is what it gets where the notice of it was lost', true],
  ])('%s', async (_, deaf) => {
    const { world, owner, other, stream } = await open();
    owner.log.deaf = deaf;
    await submit(owner, { definition: 'test' });
    await register(other, definition({ a: {}, b: {} }));
    await world.advance(deaf ? 2_500 : 10);
    const { id } = await submit(owner, { definition: 'test' });
    expect(versionOf(world, id)).toBe(2);
    expect(await new MemoryLog(world.store).readStream({ namespace: DEFAULT_NAMESPACE, stream }, 0, 9)).toHaveLength(2);
    expect(owner.errors).toEqual([]);
  });
  it('is found by a start that comes while the owner looks whether it is a run', async () => {
    const { world, owner, other } = await open();
    owner.log.beforeRead = () => settled(6);
    await register(other, definition({ a: {}, b: {} }));
    await settled(2);
    const { id } = await submit(owner, { definition: 'test' });
    expect(versionOf(world, id)).toBe(2);
  });
});
