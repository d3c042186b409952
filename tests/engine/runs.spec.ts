import { describe, expect, it } from '@jest/globals';
import { type Run, TaskError } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { auditLog, auditViews } from './support/audit.js';
import { definition, history, result, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { World } from './support/world.js';

const lines = (world: World) => world.store.committed.length;

describe('a run', () => {
  it('goes from its start to its end, event by event', async () => {
    const world = new World();
    const done: string[] = [];
    const process = await world
      .process({ work: (input) => (done.push(String(input)), `did ${String(input)}`) })
      .start();
    const { id, status, created } = await submit(process, {
      definition: definition(
        {
          a: { input: '${ input.who }' },
          b: { dependsOn: ['a'], input: '${ tasks.a.output }' },
          c: { dependsOn: ['b'], when: '${ input.who == "nobody" }' },
          d: { type: 'noop', dependsOn: ['c'], input: { said: '${ tasks.b.output }' } },
        },
        { output: '${ tasks.d.output.said }' },
      ),
      input: { who: 'me' },
    });
    expect({ status, created }).toEqual({ status: 'running', created: true });
    await settled();
    expect(done).toEqual(['me', 'did me']);
    expect(story(world, id)).toEqual([
      'WorkflowStarted',
      'TaskQueued 0.1',
      'TaskStarted 0.1',
      'TaskCompleted 0.1',
      'TaskQueued 1.1',
      'TaskStarted 1.1',
      'TaskCompleted 1.1',
      'TaskSkipped 2.1',
      'TaskCompleted 3.1',
      'WorkflowCompleted',
    ]);
    expect(lines(world)).toBe(3);
    expect(await result(process, id)).toMatchObject({ status: 'completed', ended: true, output: 'did did me' });
    await world.advance(2_000);
    auditLog(world);
    await auditViews(world);
    expect(process.errors).toEqual([]);
  });

  it('tries again on time, never under half the backoff, and no more often than it may', async () => {
    const world = new World();
    const at: number[] = [];
    const process = await world
      .process({
        work: () => {
          at.push(world.clock.now());
          throw new TaskError('boom', 'it failed');
        },
      })
      .start();
    const retry = { maxAttempts: 4, backoff: { initial: '10s', multiplier: 3, max: '60s', jitter: 'equal' } };
    const { id } = await submit(process, definition({ a: { retry } }));
    await world.advance(200_000);
    const waits = at.slice(1).map((time, index) => time - at[index]!);
    expect(waits).toHaveLength(3);
    for (const [index, backoff] of [10_000, 30_000, 60_000].entries()) {
      expect(waits[index]!).toBeGreaterThanOrEqual(backoff / 2);
      expect(waits[index]!).toBeLessThanOrEqual(backoff);
    }
    const retries = history(world, id).flatMap(({ event }) => (event.type === 'TaskFailed' ? [event.retryAt] : []));
    expect(retries).toEqual([...at.slice(1), undefined]);
    expect(await result(process, id)).toMatchObject({ status: 'failed', error: { code: 'boom' } });
    await auditViews(world);
  });

  it('wakes a sleeper at the due time, and not before', async () => {
    const world = new World();
    const process = await world.process({}).start();
    const { id } = await submit(process, definition({ a: { type: 'sleep', input: { duration: '42s' } } }));
    const began = world.clock.now();
    await world.advance(41_999);
    expect((await result(process, id)).ended).toBe(false);
    await world.advance(1);
    const last = history(world, id).at(-1)!;
    expect([last.event.type, last.at - began]).toEqual(['WorkflowCompleted', 42_000]);
  });

  it('keeps far timers out of memory, and fires them on time all the same', async () => {
    const world = new World();
    const process = await world.process({}).start();
    const { id } = await submit(process, definition({ a: { type: 'sleep', input: { duration: '100m' } } }));
    const began = world.clock.now();
    await settled();
    expect(process.orchestration.timers.size).toBe(0);
    await world.advance(101 * 60_000);
    const last = history(world, id).at(-1)!;
    expect([last.event.type, last.at - began]).toEqual(['WorkflowCompleted', 100 * 60_000]);
  });

  it('fires far timers on time while a foreign transaction holds the views back', async () => {
    const world = new World();
    const process = await world.process({}).start();
    const foreign = process.log.begin();
    const { id } = await submit(process, definition({ a: { type: 'sleep', input: { duration: '100m' } } }));
    const began = world.clock.now();
    await world.advance(101 * 60_000);
    const last = history(world, id).at(-1)!;
    expect([last.event.type, last.at - began]).toEqual(['WorkflowCompleted', 100 * 60_000]);
    foreign.rollback();
  });

  it('takes a due time as a lower bound: many runs, each at its own time', async () => {
    const world = new World();
    const process = await world.process({}).start();
    const waits = Array.from({ length: 40 }, (_, index) => ((index * 37) % 40) * 1_000 + 500);
    const runs = await Promise.all(
      waits.map((ms) => submit(process, definition({ a: { type: 'sleep', input: { duration: `${ms}ms` } } }))),
    );
    const began = world.clock.now();
    await world.advance(60_000);
    expect(runs.map(({ id }) => history(world, id).at(-1)!.at - began)).toEqual(waits);
    expect(process.orchestration.timers.size).toBe(0);
  });

  it('is never put off by an older look at it', async () => {
    const world = new World();
    const process = await world.process({}).start();
    const { id } = await submit(process, definition({ a: { type: 'sleep', input: { duration: '10s' } } }));
    const began = world.clock.now();
    const { kernel, timers } = process.orchestration;
    const key = { namespace: DEFAULT_NAMESPACE, stream: id };
    const copy = (await kernel.aggregates.read(key, kernel.workflows)) as unknown as Run;
    timers.set(key, began + 5_000);
    timers.bringForward(copy);
    await world.advance(5_000);
    timers.clear();
    timers.bringForward(copy);
    await world.advance(10_000);
    expect(history(world, id).at(-1)!.at - began).toBe(10_000);
  });

  it('fails an attempt of which not even the error can be read', async () => {
    const world = new World();
    const unreadable = () => {
      throw Object.create(null);
    };
    const process = await world.process({ work: unreadable }).start();
    const { id } = await submit(process, definition({ a: { retry: { maxAttempts: 1 } } }));
    await settled();
    const { status, error } = await result(process, id);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'task.failed' });
    expect(process.errors).toEqual([]);
  });

  it('fails a task whose input fails when it is handed out, and does not try again', async () => {
    const world = new World();
    const process = await world.process({ work: () => null }).start();
    const { id } = await submit(process, {
      definition: definition({
        a: { input: { n: '${ input.list[3] }' }, retry: { maxAttempts: 5 }, optional: true },
        b: {},
      }),
      input: { list: [1] },
    });
    await settled();
    expect(story(world, id)).toContain('TaskFailed 0.1');
    expect(story(world, id)).not.toContain('TaskQueued 0.2');
    expect(process.handed.map(({ key }) => key)).toEqual(['b']);
    expect((await result(process, id)).status).toBe('completed');
  });

  it('holds a task to its run time and to its heartbeat, and tells its worker', async () => {
    const world = new World();
    const aborted: string[] = [];
    const process = await world
      .process({
        work: (_, { task, signal, heartbeat }) => {
          if (task.key === 'beats') heartbeat();
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              aborted.push(`${task.key} at ${world.clock.now() - began}`);
              resolve(null);
            }),
          );
        },
      })
      .start();
    const began = world.clock.now();
    const { id } = await submit(
      process,
      definition({
        runs: { timeouts: { run: '10s' }, optional: true, retry: { maxAttempts: 1 } },
        beats: { timeouts: { run: '60s', heartbeat: '4s' }, optional: true, retry: { maxAttempts: 1 } },
      }),
    );
    await world.advance(30_000);
    expect(aborted).toEqual(['beats at 4500', 'runs at 10000']);
    expect((await result(process, id)).status).toBe('completed');
  });
});
