import { describe, expect, it } from '@jest/globals';
import { GetWorkflow, ListWorkflows } from '@orrery/application';
import { DEFAULT_NAMESPACE, PauseWorkflow, type StreamId } from '@orrery/domain';
import { RemoteWorker } from './support/remote-worker.js';
import { definition, idIn, register, send, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { ANONYMOUS, type Handlers, type Process, World } from './support/world.js';

/** A scene, and the task of it that is asked for; the run itself, if none is named. */
interface Asked {
  readonly process: Process;
  readonly id: StreamId;
  readonly task?: string;
}

type Scene = (world: World) => Promise<Asked>;

const START = '2030-01-01T00:00:00.000Z';
const never = () => new Promise<never>(() => undefined);
const boom = () => Promise.reject(new Error('boom'));
const slowRetry = { maxAttempts: 4, backoff: { initial: '10s', jitter: 'none' } } as const;
const once = { maxAttempts: 1 } as const;

const started = (world: World, handlers: Handlers = {}) => world.process(handlers).start();

/** A run of these tasks in a process with these handlers. */
function running(tasks: { readonly [key: string]: object }, handlers: Handlers = {}, task?: string, rest = {}): Scene {
  return async (world) => {
    const process = await started(world, handlers);
    const { id } = await submit(process, definition(tasks, rest));
    await settled(20);
    return { process, id, task };
  };
}

/** Runs of one task each, with these priorities, before a worker with one slot; the last of them is asked for. */
function inLine(...priorities: number[]): Scene {
  return async (world) => {
    const process = await started(world);
    new RemoteWorker(process);
    let id = idIn(0);
    for (const priority of priorities) {
      ({ id } = await submit(process, { definition: definition({ a: {} }), priority }));
      await world.advance(1);
    }
    return { process, id, task: 'a' };
  };
}

/** One that speaks through another API process: a row is all that is known of it. */
async function rowOf(world: World, workerId: string, type: string): Promise<void> {
  const row = { namespace: DEFAULT_NAMESPACE, workerId, types: [type], transport: 'stream', slots: 1 } as const;
  await world.sessions.save([{ ...row, lastSeenAt: world.clock.now() }]);
}

async function sentenceOf({ process, id, task }: Asked): Promise<string | null | undefined> {
  const run = await process.orchestration.queryHandlers.getWorkflow.execute(new GetWorkflow(ANONYMOUS, id));
  if (task === undefined) return run.waitingFor;
  const found = run.tasks.find(({ key }) => key === task);
  return found?.compensation?.waitingFor ?? found?.waitingFor;
}

const undoable = (compensate: object) => ({ a: { compensate }, b: { type: 'fails', dependsOn: ['a'], retry: once } });
const SCENES: readonly (readonly [cause: string, scene: Scene, sentence: string | RegExp])[] = [
  ['a task before it', running({ a: {}, b: { dependsOn: ['a'] } }, {}, 'b'), 'waits for "a"'],
  [
    'many tasks before it',
    running({ a: {}, b: {}, c: {}, d: {}, e: { dependsOn: ['a', 'b', 'c', 'd'] } }, {}, 'e'),
    'waits for "a", "b", "c" and 1 more',
  ],
  [
    'what is left of the tasks before it',
    running({ a: {}, b: { type: 'other' }, e: { dependsOn: ['a', 'b'] } }, { work: () => null }, 'e'),
    'waits for "b"',
  ],
  [
    'its next attempt',
    running({ a: { type: 'fails', retry: slowRetry } }, { fails: boom }, 'a'),
    'is tried again at 2030-01-01T00:00:10.000Z, after attempt 1 of 4 failed: boom',
  ],
  [
    'time to pass',
    running({ a: { type: 'sleep', input: { duration: '1h' } } }, {}, 'a'),
    'sleeps until 2030-01-01T01:00:00.000Z',
  ],
  [
    'a signal',
    running({ a: { type: 'wait', input: { signal: 'go' } } }, {}, 'a'),
    `waits for the signal "go" since ${START}`,
  ],
  [
    'a signal, and not for ever',
    running({ a: { type: 'wait', input: { signal: 'go', timeout: '1m' } } }, {}, 'a'),
    `waits for the signal "go" since ${START}, until 2030-01-01T00:01:00.000Z`,
  ],
  [
    'a worker, of whom there is none',
    running({ a: { retry: once } }, {}, 'a'),
    `waits for a worker of type "work" since ${START}, attempt 1 of 1: no worker takes "work" just now`,
  ],
  [
    'a worker, where there are only others',
    async (world) => {
      const process = await started(world, { other: never });
      new RemoteWorker(process, { types: ['third'] });
      const { id } = await submit(process, definition({ a: {} }));
      return { process, id, task: 'a' };
    },
    /: no worker takes "work" just now$/,
  ],
  [
    'a worker that has gone',
    async (world) => {
      const process = await started(world);
      new RemoteWorker(process).disconnect();
      const { id } = await submit(process, definition({ a: {} }));
      return { process, id, task: 'a' };
    },
    /: no worker takes "work" just now$/,
  ],
  ['the only worker, who is busy', inLine(1, 1), /: its only worker is busy, and it is next$/],
  [
    'two workers, who are busy, one of them connected to another process',
    async (world) => {
      await rowOf(world, 'elsewhere', 'work');
      return inLine(1, 1)(world);
    },
    /: its 2 workers are busy, and it is next$/,
  ],
  ['a task that was queued before', inLine(1, 1, 1), /: its only worker is busy, and 1 task goes before it$/],
  [
    'tasks of a higher priority',
    inLine(5, 9, 9, 5, 1),
    /: its only worker is busy, and 3 tasks go before it, 3 of them for their priority$/,
  ],
  ['nobody, for its priority is the highest', inLine(1, 1, 1, 9), /: its only worker is busy, and it is next$/],
  [
    'a worker that was just given it',
    async (world) => ({ ...(await inLine(1)(world)), task: 'a' }),
    /^is with "remote" since 2030-01-01T00:00:00.000Z, attempt 1 of \d+$/,
  ],
  [
    'a worker that has it',
    async (world) => {
      const scene = await inLine(1)(world);
      await world.advance(1_500);
      return scene;
    },
    /^runs since 2030-01-01T00:00:00.000Z on "remote", attempt 1 of \d+$/,
  ],
  [
    'another process, which has its hands full',
    async (world) => {
      const owner = await world.process({}, { partitions: [3], shares: true }).start();
      await world.process({ work: never }, { partitions: [4], shares: true, concurrency: 1 }).start();
      const { id } = await submit(owner, { id: idIn(3), definition: definition({ a: {}, b: {} }) });
      await world.advance(2_000);
      return { process: owner, id, task: 'b' };
    },
    /^is offered to other processes since 2030-.*, attempt 1 of 3$/,
  ],
  [
    'a process that has a handler for it, and has yet to be asked',
    async (world) => {
      const owner = await world.process({}, { partitions: [3], shares: true }).start();
      const { id } = await submit(owner, { id: idIn(3), definition: definition({ a: {} }) });
      await world.process({ work: never }, { partitions: [4], shares: true }).start();
      await world.advance(1_000);
      return { process: owner, id, task: 'a' };
    },
    /: another process does such tasks$/,
  ],
  [
    'its child run',
    async (world) => {
      const process = await started(world);
      await register(process, { ...definition({ x: {} }), name: 'child' });
      const { id } = await submit(process, definition({ a: { type: 'workflow', input: { definition: 'child' } } }));
      await settled(20);
      return { process, id, task: 'a' };
    },
    /^waits for its run [0-9a-f-]{36} since 2030/,
  ],
  [
    'its items',
    running({ a: { forEach: [1, 2, 3] } }, { work: (item) => (item === undefined ? null : never()) }, 'a'),
    'has done 0 of 3 items',
  ],
  [
    'its items, not all at once',
    running({ a: { forEach: [1, 2, 3], concurrency: 1 } }, { work: never }, 'a'),
    'has done 0 of 3 items; 2 wait for their turn',
  ],
  [
    'somebody to resume it',
    async (world) => {
      const scene = await running({ a: {} })(world);
      await send(scene.process, scene.id, new PauseWorkflow({}));
      return scene;
    },
    `paused since ${START}: resume it to go on`,
  ],
  [
    'a worker to undo it',
    running(undoable({ type: 'undo' }), { work: () => null, fails: boom }, undefined),
    /^the compensation of "a" waits for a worker of type "undo" since .*: no worker takes "undo" just now$/,
  ],
  [
    'the next attempt to undo it',
    running(undoable({ type: 'undo', retry: slowRetry }), { work: () => null, fails: boom, undo: boom }, 'a'),
    /^is tried again at .*, after attempt 1 of 4 failed: boom$/,
  ],
  [
    'the first of many',
    running({ a: { type: 'wait', input: { signal: 'go' } }, b: { type: 'sleep', input: { duration: '1m' } }, c: {} }),
    `"a" waits for the signal "go" since ${START} (and 2 more)`,
  ],
];

describe('why it waits', () => {
  it.each(SCENES)('is told of what waits for %s', async (_cause, scene, sentence) => {
    const asked = await scene(new World());
    expect(await sentenceOf(asked)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  it('is told of every run of a list, and of none that has ended', async () => {
    const world = new World();
    const process = await started(world, { done: () => null });
    const paused = await submit(process, definition({ a: {} }));
    await send(process, paused.id, new PauseWorkflow({}));
    const queued = await submit(process, definition({ a: {} }));
    const ended = await submit(process, definition({ a: { type: 'done' } }));
    await world.advance(1_000);
    const { listWorkflows } = process.orchestration.queryHandlers;
    const list = async (include?: 'waitingFor') => {
      const { items } = await listWorkflows.execute(
        new ListWorkflows(ANONYMOUS, { filter: {}, page: { limit: 10 } }, include),
      );
      return Object.fromEntries(items.map(({ id, waitingFor }) => [id, waitingFor]));
    };
    expect(await list('waitingFor')).toEqual({
      [ended.id]: null,
      [queued.id]: expect.stringMatching(/^"a" waits for a worker of type "work" .*: no worker takes "work" just now$/),
      [paused.id]: `paused since ${START}: resume it to go on`,
    });
    expect(Object.values(await list())).toEqual([undefined, undefined, undefined]);
  });

  it('has at least 25 causes here', () => {
    expect(SCENES.length).toBeGreaterThanOrEqual(25);
  });

  it('is told without who is there, where that cannot be read', async () => {
    const world = new World();
    const scene = await running({ a: {} }, {}, 'a')(world);
    world.sessions.seenSince = () => Promise.reject(new Error('the database is away'));
    expect(await sentenceOf(scene)).toBe(`waits for a worker of type "work" since ${START}, attempt 1 of 3`);
    world.sessions.seenSince = never;
    await world.advance(1_000);
    const late = sentenceOf(scene);
    await world.advance(1_000);
    expect(await late).toBe(`waits for a worker of type "work" since ${START}, attempt 1 of 3`);
  });
});
