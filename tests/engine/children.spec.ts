import { describe, expect, it } from '@jest/globals';
import type { Run } from '@orrery/application';
import {
  CancelWorkflow,
  DEFAULT_NAMESPACE,
  PauseWorkflow,
  ResumeWorkflow,
  type StreamId,
  type WorkflowStarted,
} from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { definition, history, idIn, register, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const ALL = [...Array(16).keys()];

/** A run whose task `a` is a run of a definition `child`, and what comes after it. */
const parent = (more: object = {}) =>
  definition(
    { a: { type: 'workflow', input: { definition: 'child', input: '${ input }' }, ...more } },
    { output: '${ tasks.a.output }' },
  );
const child = (tasks: { readonly [key: string]: object }, rest: object = {}) => ({
  ...definition(tasks, rest),
  name: 'child',
});

/** The runs that a run is the parent of, in the order in which they began. */
function childrenOf(world: World, workflow: StreamId): StreamId[] {
  const ids = [...new Set(world.store.committed.map(({ stream }) => stream))];
  return ids.filter((id) => {
    const [first] = history(world, id);
    return first?.event.type === 'WorkflowStarted' && first.event.parent?.workflow === workflow;
  });
}

const startOf = (world: World, id: StreamId) => history(world, id)[0]!.event as WorkflowStarted;

describe('a child run', () => {
  it('runs on what its parent gives it, and ends the task with its output', async () => {
    const world = new World();
    const process = await world.process({ work: (input) => `did ${String(input)}` }).start();
    await register(process, child({ b: { input: '${ input }' } }, { output: '${ tasks.b.output }' }));
    const labels = { order: '${ input }' };
    const document = parent({ input: { definition: 'child@1', input: '${ input }', labels }, priority: 4 });
    const { id } = await submit(
      process,
      { definition: document, input: 'this', priority: 3 },
      { traceparent: 'trace' },
    );
    await settled();
    expect(await result(process, id)).toMatchObject({ status: 'completed', output: 'did this' });
    const [only] = childrenOf(world, id);
    expect(startOf(world, only!)).toMatchObject({
      input: 'this',
      labels: { order: 'this' },
      priority: 6,
      parent: { workflow: id, task: 0, attempt: 1, depth: 1 },
    });
    expect(process.handed[0]).toMatchObject({ trace: 'trace' });
    await world.advance(2_000);
    auditLog(world);
    await auditViews(world);
    expect(process.errors).toEqual([]);
  });

  it('of each attempt is another one, and fails it when it does not complete', async () => {
    const world = new World();
    const process = await world
      .process({
        work: () => {
          throw new Error('no');
        },
      })
      .start();
    await register(process, child({ b: { retry: { maxAttempts: 1 } } }));
    const { id } = await submit(process, parent({ retry: { maxAttempts: 2 } }));
    await world.advance(5_000);
    const children = childrenOf(world, id);
    expect(children).toHaveLength(2);
    expect(await result(process, id)).toMatchObject({
      status: 'failed',
      error: { code: 'child.failed', details: { workflowId: children[1], status: 'failed', code: 'task.failed' } },
    });
  });

  it('fails the task for good when its definition or its input will not do', async () => {
    const world = new World();
    const process = await world.process().start();
    await register(process, child({ b: {} }, { input: { type: 'string' } }));
    const unknown = await submit(process, definition({ a: { type: 'workflow', input: { definition: 'nobody' } } }));
    const wrong = await submit(process, { definition: parent({ retry: { maxAttempts: 3 } }), input: 5 });
    await settled();
    expect(await result(process, unknown.id)).toMatchObject({ error: { code: 'definition.not-found' } });
    const message = 'the input does not match the schema of its definition: /input must be string';
    expect(await result(process, wrong.id)).toMatchObject({ error: { code: 'input.invalid', message } });
    expect(process.errors).toEqual([]);
  });

  it('nests sixteen deep, and no deeper', async () => {
    const world = new World();
    const process = await world.process().start();
    const next = { definition: 'child', input: '${ input + 1 }' };
    await register(process, child({ b: { type: 'workflow', when: '${ input < 16 }', input: next } }));
    const { id } = await submit(process, { definition: parent({ input: next }), input: 0 });
    await settled(2_000);
    expect(await result(process, id)).toMatchObject({ status: 'completed' });
    const tooDeep = await submit(process, { definition: parent({ input: next }), input: -1 });
    await settled(2_000);
    expect(await result(process, tooDeep.id)).toMatchObject({ status: 'failed', error: { code: 'child.failed' } });
    const depths = world.store.committed
      .map(({ stream }) => history(world, stream)[0]!.event)
      .flatMap((event) => (event.type === 'WorkflowStarted' && event.parent ? [event.parent.depth] : []));
    expect(Math.max(...depths)).toBe(16);
  });

  it('is cancelled, paused and resumed with its parent', async () => {
    const world = new World();
    const process = await world.process().start();
    await register(process, child({ b: {} }));
    const { id } = await submit(process, parent());
    await settled();
    const [only] = childrenOf(world, id);
    for (const command of [new PauseWorkflow({}), new ResumeWorkflow({}), new CancelWorkflow({})]) {
      await send(process, id, command);
      await settled();
    }
    expect(story(world, only!)).toEqual([
      ...['WorkflowStarted', 'TaskQueued 0.1', 'WorkflowPaused', 'WorkflowResumed'],
      ...['WorkflowStopped', 'TaskWithdrawn 0.1', 'WorkflowCancelled'],
    ]);
    expect(await result(process, id)).toMatchObject({ status: 'cancelled' });
    expect(story(world, id).slice(-2)).toEqual(['TaskFailed 0.1', 'WorkflowCancelled']);
  });

  it('that somebody paused by hand does not go on with its parent', async () => {
    const world = new World();
    const process = await world.process().start();
    await register(process, child({ b: {} }));
    const { id } = await submit(process, parent());
    await settled();
    const [only] = childrenOf(world, id);
    await send(process, only!, new PauseWorkflow({}));
    for (const command of [new PauseWorkflow({}), new ResumeWorkflow({})]) await send(process, id, command);
    await settled();
    expect(await result(process, only!)).toMatchObject({ status: 'paused' });
  });

  it('is let finish when its parent fails, or cancelled where that is said', async () => {
    for (const [running, status] of [
      ['finish', 'running'],
      ['cancel', 'cancelled'],
    ] as const) {
      const world = new World();
      const process = await world.process({ bad: () => Promise.reject(new Error('no')) }).start();
      await register(process, child({ b: {} }));
      const tasks = {
        a: { type: 'workflow', input: { definition: 'child' } },
        c: { type: 'bad', retry: { maxAttempts: 1 } },
      };
      const { id } = await submit(process, definition(tasks, { onFailure: { running } }));
      await settled();
      expect(await result(process, childrenOf(world, id)[0]!)).toMatchObject({ status });
    }
  });

  it('that is no longer waited for is cancelled', async () => {
    const world = new World();
    const process = await world.process().start();
    await register(process, child({ b: {} }));
    const { id } = await submit(process, parent({ timeouts: { run: '10s' } }));
    await world.advance(11_000);
    expect(await result(process, id)).toMatchObject({ status: 'failed', error: { code: 'task.timed-out' } });
    expect(await result(process, childrenOf(world, id)[0]!)).toMatchObject({ status: 'cancelled' });
  });

  it('may undo a task, and is not cancelled by the stop that it follows', async () => {
    const world = new World();
    const process = await world.process({ work: () => 'done' }).start();
    await register(process, child({ b: {} }));
    const compensate = { type: 'workflow', input: { definition: 'child' } };
    const { id } = await submit(
      process,
      definition({ a: { compensate }, b: { type: 'wait', input: { signal: 'go' } } }),
    );
    await settled();
    await send(process, id, new CancelWorkflow({}));
    await settled();
    expect(await result(process, id)).toMatchObject({ status: 'cancelled' });
    expect(await result(process, childrenOf(world, id)[0]!)).toMatchObject({ status: 'completed' });
  });
});

describe('parent and child', () => {
  it('are linked again by whoever comes after a crash at any moment', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const world = new World();
      world.turns = () => 2;
      const first = await world.process({ work: () => 'done' }).start();
      await register(
        first,
        child({ b: {}, c: { type: 'sleep', input: { duration: '3s' } } }, { output: '${ tasks.b.output }' }),
      );
      const { id } = await submit(first, parent());
      await settled(turns);
      first.crash();
      const second = await world.process({ work: () => 'done' }).start();
      await world.advance(20_000);
      expect({ turns, ...(await result(second, id)) }).toMatchObject({ turns, status: 'completed', output: 'done' });
      expect(childrenOf(world, id)).toHaveLength(1);
      auditLog(world);
      expect(second.errors).toEqual([]);
    }
  }, 60_000);

  it('find each other when other processes own them', async () => {
    const world = new World();
    const left = await world.process({ work: () => 'done' }, { partitions: ALL.slice(0, 8) }).start();
    const right = await world.process({ work: () => 'done' }, { partitions: ALL.slice(8) }).start();
    await register(left, child({ b: {}, c: { type: 'wait', input: { signal: 'go' } } }));
    const ids = ALL.map((partition) => idIn(partition));
    for (const id of ids) await submit(left, { definition: parent(), id });
    await world.advance(3_000);
    for (const id of ids.slice(0, 8)) await send(right, id, new CancelWorkflow({}));
    const kept = ids.slice(8).flatMap((id) => childrenOf(world, id));
    for (const id of kept) await send(left, id, new CancelWorkflow({}));
    await world.advance(3_000);
    for (const id of ids) {
      expect(await result(left, id)).toMatchObject({ ended: true });
      expect(await result(right, childrenOf(world, id)[0]!)).toMatchObject({ status: 'cancelled' });
    }
    auditLog(world);
    expect([...left.errors, ...right.errors]).toEqual([]);
  });

  it('come apart when whoever was to cancel the child died before', async () => {
    const world = new World();
    const left = await world.process({}, { partitions: ALL }).start();
    await register(left, child({ b: {} }));
    const { id } = await submit(left, parent({ timeouts: { run: '10s' } }));
    await settled();
    const [only] = childrenOf(world, id);
    // Nothing is said to the child any more, as if the process had died amid its last words.
    left.orchestration.children.send = () => undefined;
    await world.advance(11_000);
    expect(await result(left, only!)).toMatchObject({ status: 'running' });
    left.crash();
    const second = await world.process().start();
    await world.advance(2_000);
    expect(await result(second, only!)).toMatchObject({ status: 'cancelled' });
  });
});

it('a child is no task that a worker could be handed', async () => {
  const world = new World();
  const process = await world.process({ workflow: () => 'mine' }).start();
  await register(process, child({ b: {} }));
  const { id } = await submit(process, parent());
  await world.advance(40_000);
  expect(process.handed).toEqual([]);
  const run = process.orchestration.kernel.aggregates.peek({ namespace: DEFAULT_NAMESPACE, stream: id });
  expect((run as unknown as Run).state.tasks[0]).toMatchObject({ status: 'running', attempt: 1 });
});
