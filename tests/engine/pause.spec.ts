import { describe, expect, it } from '@jest/globals';
import { AGEING_MS_PER_PRIORITY, TryOnWorkflow } from '@orrery/application';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, RetryWorkflow } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, history, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, World } from './support/world.js';

const pause = () => new PauseWorkflow({});
const resume = () => new ResumeWorkflow({});

describe('a run that is paused', () => {
  it('is handed out no further, and goes on where it was when it is resumed', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: {}, b: {}, c: { dependsOn: ['a'] } }));
    const worker = new RemoteWorker(process, { slots: 1 });
    await settled();
    await send(process, id, pause());
    await worker.complete(worker.held[0]!);
    await world.advance(60_000);
    expect(worker.held).toEqual([]);
    await send(process, id, resume());
    await settled();
    await worker.complete(worker.held[0]!);
    await settled();
    await worker.complete(worker.held[0]!);
    expect((await result(process, id)).status).toBe('completed');
    auditLog(world);
  });

  it('keeps its place in the queue', async () => {
    const world = new World();
    const process = await world.process().start();
    const old = await submit(process, definition({ old: {} }));
    await world.advance(AGEING_MS_PER_PRIORITY + 1_000);
    await submit(process, definition({ urgent: { priority: 2 } }));
    await send(process, old.id, pause());
    await world.advance(1_000);
    await send(process, old.id, resume());
    const worker = new RemoteWorker(process, { slots: 1 });
    await settled();
    expect(worker.held.map(({ key }) => key)).toEqual(['old']);
  });

  it('keeps its timers with the time that they had left', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: { type: 'sleep', input: { duration: '10s' } } }));
    const began = world.clock.now();
    await world.advance(4_000);
    await send(process, id, pause());
    await world.advance(100_000);
    await send(process, id, resume());
    await world.advance(60_000);
    expect(history(world, id).at(-1)!.at - began).toBe(110_000);
  });

  it('stays paused through a crash, and what stopped in it meanwhile is withdrawn', async () => {
    const world = new World();
    const first = await world.process().start();
    const { id } = await submit(first, definition({ a: {}, b: {} }));
    await settled();
    await send(first, id, pause());
    first.crash();
    const second = await world.process({ work: () => null }).start();
    await world.advance(5_000);
    expect(second.handed).toEqual([]);
    await send(second, id, new CancelWorkflow({}));
    await settled();
    expect((await result(second, id)).status).toBe('cancelled');
    expect(second.handed).toEqual([]);
    await world.advance(2_000);
    await auditViews(world);
  });

  it('by somebody else, is not handed out either', async () => {
    const world = new World();
    const owner = await world.process().start();
    const other = await world.process({}, { partitions: [] }).start();
    const { id } = await submit(owner, definition({ a: {} }));
    await settled();
    await send(other, id, pause());
    await settled();
    const worker = new RemoteWorker(owner);
    await settled();
    expect(worker.held).toEqual([]);
    await send(other, id, resume());
    await settled();
    expect(worker.held).toHaveLength(1);
    await send(other, id, new CancelWorkflow({}));
    await settled();
    expect(worker.cancelled).toEqual(['0.1']);
  });
});

describe('a command to a run', () => {
  it('is the same command when it comes again with its key, and another one is refused', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: {} }));
    const first = await send(process, id, pause(), { idempotencyKey: 'k' });
    await send(process, id, resume());
    const again = await send(process, id, pause(), { idempotencyKey: 'k' });
    expect([again.changed, again.position.version]).toEqual([false, first.position.version]);
    expect(story(world, id).filter((type) => type === 'WorkflowPaused')).toHaveLength(1);
    await expect(send(process, id, resume(), { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'key.reused' });
    await expect(send(process, id, pause(), { ifMatch: 1 })).rejects.toMatchObject({ code: 'version.mismatch' });
  });

  it('can be tried without being sent', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: {} }));
    const tries = (command: CancelWorkflow | RetryWorkflow) =>
      process.orchestration.commandHandlers.tryOnWorkflow.execute(new TryOnWorkflow(ANONYMOUS, id, command));
    expect((await tries(new CancelWorkflow({}))).events.map(({ type }) => type)).toEqual(['WorkflowStopped']);
    await expect(tries(new RetryWorkflow({}))).rejects.toMatchObject({ code: 'workflow.not-failed' });
    expect(story(world, id)).toEqual(['WorkflowStarted', 'TaskQueued 0.1']);
  });

  it('sets a failed run going again, though it had left memory', async () => {
    const world = new World();
    let fails = true;
    const process = await world
      .process({
        work: () => {
          if (fails) throw new Error('not yet');
          return 'done';
        },
      })
      .start();
    const { id } = await submit(process, definition({ a: { retry: { maxAttempts: 1 } } }));
    await settled();
    expect((await result(process, id)).status).toBe('failed');
    fails = false;
    await send(process, id, new RetryWorkflow({}));
    await settled();
    expect((await result(process, id)).status).toBe('completed');
    await world.advance(2_000);
    await auditViews(world);
  });
});
