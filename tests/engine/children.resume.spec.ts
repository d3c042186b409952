import { describe, expect, it } from '@jest/globals';
import { PauseWorkflow, ResumeWorkflow, type StreamId } from '@orrery/domain';
import { definition, history, register, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const child = (task: object) => ({ ...definition({ b: task }), name: 'child' });
const asChild = { type: 'workflow', input: { definition: 'child' } };

/** The run that another one began. */
function childOf(world: World, workflow: StreamId): StreamId {
  const ids = [...new Set(world.store.committed.map(({ stream }) => stream))];
  return ids.find((id) => {
    const [first] = history(world, id);
    return first?.event.type === 'WorkflowStarted' && first.event.parent?.workflow === workflow;
  })!;
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
});
