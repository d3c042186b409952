import { describe, expect, it } from '@jest/globals';
import { TryOnWorkflow } from '@orrery/application';
import { CancelWorkflow, type Json, LIMITS, SignalWorkflow } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { definition, history, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, World } from './support/world.js';

const wait = (input: object, more: object = {}) => ({ type: 'wait', input, ...more });
const signal = (name: string, payload: Json = null) => new SignalWorkflow({ name, payload });

describe('a signal', () => {
  it('ends the wait for it, early or late, and each counts once', async () => {
    const world = new World();
    const process = await world.process({ work: () => 'done' }).start();
    const tasks = {
      a: wait({ signal: 'go' }),
      b: { dependsOn: ['a'] },
      c: wait({ signal: 'on' }, { dependsOn: ['b'] }),
    };
    const { id } = await submit(process, definition(tasks, { output: '${ [tasks.a.output, tasks.c.output] }' }));
    await send(process, id, signal('on', 2), { idempotencyKey: 'once' });
    await send(process, id, signal('on', 2), { idempotencyKey: 'once' });
    await send(process, id, signal('go', 1));
    await settled(40);
    expect(await result(process, id)).toMatchObject({ status: 'completed', output: [1, 2] });
    expect(story(world, id).filter((event) => event === 'SignalReceived')).toHaveLength(2);
    await world.advance(2_000);
    auditLog(world);
    await auditViews(world);
  });

  it('is refused when its payload is not what is asked for, is too large, or has a name that nothing waits for', async () => {
    const world = new World();
    const process = await world.process().start();
    const schema = { type: 'object', required: ['by'], properties: { by: { type: 'string' } } };
    const { id } = await submit(process, definition({ a: wait({ signal: 'go', schema }) }));
    const faults = [{ pointer: '/by', message: expect.stringContaining('by') as unknown }];
    await expect(send(process, id, signal('go', {}))).rejects.toMatchObject({ code: 'signal.invalid', faults });
    await expect(send(process, id, signal('og', {}))).rejects.toMatchObject({ code: 'signal.not-found' });
    const large = 'x'.repeat(LIMITS.payloadBytes);
    await expect(send(process, id, signal('go', large))).rejects.toMatchObject({ code: 'signal.too-large' });
    const trying = new TryOnWorkflow(ANONYMOUS, id, signal('go', { by: 5 }));
    await expect(process.orchestration.commandHandlers.tryOnWorkflow.execute(trying)).rejects.toMatchObject({
      code: 'signal.invalid',
    });
    await send(process, id, signal('go', { by: 'me' }));
    expect(await result(process, id)).toMatchObject({ status: 'completed' });
  });

  it('is there after a crash, and so is the wait with the time that it has', async () => {
    const world = new World();
    const first = await world.process({ work: () => 'done' }).start();
    const tasks = {
      a: {},
      b: wait({ signal: 'go' }, { dependsOn: ['a'] }),
      c: wait({ signal: 'on', timeout: '1m' }, { optional: true }),
    };
    const early = await submit(first, definition({ ...tasks, a: { type: 'nobody' } }));
    const late = await submit(first, definition(tasks));
    await send(first, early.id, signal('go', 'early'));
    await world.advance(30_000);
    first.crash();
    const second = await world.process({ nobody: () => 'done' }).start();
    await world.advance(29_000);
    expect(await result(second, early.id)).toMatchObject({ status: 'running' });
    await send(second, late.id, signal('go', 'late'));
    await world.advance(2_000);
    expect(await result(second, early.id)).toMatchObject({ status: 'completed' });
    expect(await result(second, late.id)).toMatchObject({ status: 'completed' });
    expect(second.errors).toEqual([]);
  });

  it('may come a thousand times before anything waits for it', async () => {
    const world = new World();
    const process = await world.process({ work: () => null }).start();
    const tasks = { a: { type: 'nobody' }, b: wait({ signal: 'go' }, { dependsOn: ['a'], forEach: '${ input }' }) };
    const { id } = await submit(process, {
      definition: definition(tasks, { output: '${ tasks.b.output }' }),
      input: [...Array(1_000).keys()],
    });
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => send(process, id, signal('go', index))));
    process.crash();
    const second = await world.process({ nobody: () => null }).start();
    await world.advance(5_000);
    expect((await result(second, id)).output).toEqual([...Array(1_000).keys()]);
  });

  it('is not waited for in a run that was cancelled', async () => {
    const world = new World();
    const process = await world.process().start();
    const { id } = await submit(process, definition({ a: wait({ signal: 'go' }) }));
    await send(process, id, new CancelWorkflow({}));
    await expect(send(process, id, signal('go'))).rejects.toMatchObject({ code: 'workflow.ended' });
    expect(history(world, id).at(-1)!.event.type).toBe('WorkflowCancelled');
  });
});

describe('the priority of a run', () => {
  it('says whose tasks are handed out first', async () => {
    const world = new World();
    const process = await world.process({ work: () => 'done' }, { concurrency: 1 }).start();
    const document = definition({ a: { input: '${ input }', priority: 4 } });
    process.worker.free = 0;
    for (const priority of [1, 0, 9, 3]) await submit(process, { definition: document, input: priority, priority });
    process.worker.free = 1;
    process.orchestration.dispatcher.freed();
    await settled(60);
    expect(process.handed.map(({ input }) => input)).toEqual([9, 3, 1, 0]);
  });
});
