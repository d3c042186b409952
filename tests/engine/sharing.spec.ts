import { describe, expect, it } from '@jest/globals';
import type { TaskContext } from '@orrery/application';
import { CancelWorkflow, Unavailable } from '@orrery/domain';
import { auditLog } from './support/audit.js';
import { definition, idIn, result, send, story, submit } from './support/runs.js';
import { settled } from './support/test-clock.js';
import { type Handlers, type Process, World } from './support/world.js';

const A_LOOK_MS = 1_000;
const shares = true;

/** Handlers that end when they are told to. */
function waiting() {
  const finish: ((failure?: Error) => void)[] = [];
  const seen: TaskContext[] = [];
  const handlers: Handlers = {
    work: (_input, context) =>
      new Promise((resolve, reject) => {
        seen.push(context);
        finish.push((failure) => (failure ? reject(failure) : resolve(null)));
      }),
  };
  return { handlers, seen, finish: (failure?: Error) => finish.splice(0).forEach((end) => end(failure)) };
}

/** An owner without a handler of `work`, and a process that has one and owns nothing of what is started. */
async function ownerAndTaker(handlers: Handlers, world = new World()) {
  const taker = await world.process(handlers, { partitions: [4], shares }).start();
  const owner = await world.process({}, { partitions: [3], shares }).start();
  await world.advance(A_LOOK_MS);
  return { world, owner, taker };
}

const start = (process: Process, tasks: { readonly [key: string]: object }) =>
  submit(process, { id: idIn(3), definition: definition(tasks) });

describe('A task of a type that only another process takes', () => {
  it('is done there, and recorded by whom', async () => {
    const { world, owner, taker } = await ownerAndTaker({ work: () => ({ done: true }) });
    const { id } = await start(owner, { a: {}, b: { dependsOn: ['a'] } });
    await world.advance(2 * A_LOOK_MS);
    expect((await result(owner, id)).status).toBe('completed');
    expect(taker.handed.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(story(world, id)).toEqual([
      'WorkflowStarted',
      'TaskQueued 0.1',
      'TaskStarted 0.1',
      'TaskCompleted 0.1',
      'TaskQueued 1.1',
      'TaskStarted 1.1',
      'TaskCompleted 1.1',
      'WorkflowCompleted',
    ]);
    await world.advance(2 * A_LOOK_MS);
    expect(world.offers.offers.size).toBe(0);
    expect(owner.orchestration.dispatcher.leases.size + taker.orchestration.dispatcher.leases.size).toBe(0);
    expect([...owner.errors, ...taker.errors]).toEqual([]);
    auditLog(world);
  });

  it('waits where nobody takes it, and says nothing to anybody', async () => {
    const { world, owner } = await ownerAndTaker({});
    const { id } = await start(owner, { a: {} });
    await world.advance(60_000);
    expect(story(world, id)).toEqual(['WorkflowStarted', 'TaskQueued 0.1']);
    expect(world.offers.offers.size).toBe(0);
  });

  it('is done here, where there is a handler by now', async () => {
    const { world, owner, taker } = await ownerAndTaker({ work: () => null });
    owner.worker.add('work', () => 'here');
    const { id } = await start(owner, { a: {} });
    await world.advance(2 * A_LOOK_MS);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
    expect(taker.handed).toEqual([]);
  });

  it('may take as long as it takes, while its process lives', async () => {
    const { handlers, finish } = waiting();
    const { world, owner } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: { timeouts: { run: '1h' } } });
    await world.advance(600_000);
    expect(story(world, id)).toEqual(['WorkflowStarted', 'TaskQueued 0.1', 'TaskStarted 0.1']);
    finish();
    await world.advance(A_LOOK_MS);
    expect((await result(owner, id)).status).toBe('completed');
  });

  it('is looked after by its own process: a silent one is timed out, one that beats is not', async () => {
    const { handlers, seen } = waiting();
    const { world, owner } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: { timeouts: { heartbeat: '30s' }, retry: { maxAttempts: 1 } } });
    for (let beat = 0; beat < 4; beat++) {
      await world.advance(20_000);
      seen[0]!.heartbeat();
    }
    expect(story(world, id)).not.toContain('TaskFailed 0.1');
    await world.advance(40_000);
    expect(await result(owner, id)).toMatchObject({ status: 'failed', error: { code: 'task.timed-out' } });
  });

  it('is lost with its process, which counts, and is offered to the next', async () => {
    const { handlers } = waiting();
    const { world, owner, taker } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    taker.crash();
    const next = await world.process({ work: () => null }, { partitions: [4], shares }).start();
    await world.advance(10_000);
    expect((await result(owner, id)).status).toBe('completed');
    expect(next.handed.map(({ attempt }) => attempt)).toEqual([2]);
    expect(story(world, id)).toContain('TaskFailed 0.1');
  });

  it('is done also where whoever took it never heard that it did', async () => {
    const { world, owner, taker } = await ownerAndTaker({ work: () => null });
    const { offers } = taker.orchestration.ports;
    const take = offers.take.bind(offers);
    offers.take = async (...wanted) => {
      if ((await take(...wanted)).length === 0) return [];
      offers.take = take;
      throw new Unavailable('database.unreachable', 'the answer was lost');
    };
    const { id } = await start(owner, { a: {} });
    await world.advance(3 * A_LOOK_MS);
    expect(await result(owner, id)).toMatchObject({ status: 'completed' });
    expect(taker.handed.map(({ attempt }) => attempt)).toEqual([1]);
    await world.advance(2 * A_LOOK_MS);
    expect(world.offers.offers.size).toBe(0);
  });

  it('waits for another, when nobody took it before those who could were gone', async () => {
    const { world, owner, taker } = await ownerAndTaker({ work: () => null });
    taker.worker.free = 0;
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    expect(world.offers.offers.size).toBe(1);
    taker.crash();
    await world.advance(2 * A_LOOK_MS);
    expect(world.offers.offers.size).toBe(0);
    const next = await world.process({ work: () => null }, { partitions: [4], shares }).start();
    await world.advance(3 * A_LOOK_MS);
    expect((await result(owner, id)).status).toBe('completed');
    expect(next.handed.map(({ attempt }) => attempt)).toEqual([1]);
  });

  it('is told to end when its run is cancelled', async () => {
    const { handlers, seen, finish } = waiting();
    const { world, owner } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    const { signal } = seen[0]!;
    await send(owner, id, new CancelWorkflow({}));
    await world.advance(3 * A_LOOK_MS);
    expect(signal.aborted).toBe(true);
    expect((await result(owner, id)).ended).toBe(false);
    finish(new Error('told to end'));
    await world.advance(A_LOOK_MS);
    expect((await result(owner, id)).status).toBe('cancelled');
  });

  it('is taken back when its run is cancelled before anybody took it', async () => {
    const { world, owner, taker } = await ownerAndTaker({ work: () => null });
    taker.worker.free = 0;
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    await send(owner, id, new CancelWorkflow({}));
    await world.advance(A_LOOK_MS);
    expect((await result(owner, id)).status).toBe('cancelled');
    expect([taker.handed.length, world.offers.offers.size]).toEqual([0, 0]);
  });

  it('stays in its hands when another process takes over from its owner', async () => {
    const { handlers, finish } = waiting();
    const { world, owner, taker } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    owner.crash();
    const heir = await world.process({ work: () => null }, { partitions: [3], shares }).start();
    await world.advance(60_000);
    expect(heir.handed).toEqual([]);
    finish();
    await world.advance(2 * A_LOOK_MS);
    expect((await result(heir, id)).status).toBe('completed');
    expect(taker.handed).toHaveLength(1);
    expect(world.offers.offers.size).toBe(0);
  });
});

describe('What a process has in hands', () => {
  it('goes on when the run becomes its own', async () => {
    const { handlers, seen, finish } = waiting();
    const { world, owner, taker } = await ownerAndTaker(handlers);
    const { id } = await start(owner, { a: {} });
    await world.advance(A_LOOK_MS);
    await owner.ownership.own([]);
    await taker.ownership.own([3, 4]);
    await world.advance(60_000);
    expect([seen.length, seen[0]!.signal.aborted, world.offers.offers.size]).toEqual([1, false, 0]);
    finish();
    await world.advance(A_LOOK_MS);
    expect((await result(taker, id)).status).toBe('completed');
    auditLog(world);
  });

  it('is not done twice when its partition goes to another', async () => {
    const world = new World();
    const { handlers, finish } = waiting();
    const first = await world.process(handlers, { partitions: [3, 4], shares }).start();
    const { id } = await start(first, { a: {}, b: { dependsOn: ['a'] } });
    await world.advance(A_LOOK_MS);
    const second = await world.process({ work: () => null }, { partitions: [5], shares }).start();
    await first.ownership.own([4]);
    await second.ownership.own([3, 5]);
    await world.advance(60_000);
    expect([first.handed.length, second.handed.length]).toEqual([1, 0]);
    finish();
    await world.advance(2 * A_LOOK_MS);
    expect((await result(second, id)).status).toBe('completed');
    expect(second.handed.map(({ key }) => key)).toEqual(['b']);
    expect(world.offers.offers.size).toBe(0);
    auditLog(world);
  });

  it('is not done twice when its partition goes to another while offers are looked at', async () => {
    const world = new World();
    const { handlers } = waiting();
    const first = await world.process(handlers, { partitions: [3, 4], shares }).start();
    await start(first, { a: {} });
    const { offers } = first.orchestration.ports;
    const of = offers.of.bind(offers);
    offers.of = async (partitions) => {
      offers.of = of;
      await first.ownership.own([4]);
      return of(partitions);
    };
    await world.advance(A_LOOK_MS);
    const second = await world.process({ work: () => null }, { partitions: [3, 5], shares }).start();
    await world.advance(A_LOOK_MS);
    expect([first.handed.length, second.handed.length]).toEqual([1, 0]);
  });

  it('is not done twice when it ends, and its process too, while another reads the run', async () => {
    const world = new World();
    const { handlers, finish } = waiting();
    const first = await world.process(handlers, { partitions: [3, 4], shares }).start();
    const { id } = await start(first, { a: {} });
    await world.advance(A_LOOK_MS);
    const second = await world.process({ work: () => null }, { partitions: [5], shares }).start();
    await first.ownership.own([4]);
    const { log } = second;
    const read = log.readStreams.bind(log);
    log.readStreams = async (streams) => {
      log.readStreams = read;
      const asItWas = await read(streams);
      finish();
      await first.stop();
      first.crash();
      return asItWas;
    };
    const readAhead = log.readAhead.bind(log);
    log.readAhead = async function* (after) {
      await settled();
      yield* readAhead(after);
    };
    await second.ownership.own([3, 5]);
    await world.advance(60_000);
    expect((await result(second, id)).status).toBe('completed');
    expect([first.handed.length, second.handed.length]).toEqual([1, 0]);
    expect(world.offers.offers.size).toBe(0);
    auditLog(world);
  });

  it('is done again when it goes with its process', async () => {
    const world = new World();
    const first = await world.process(waiting().handlers, { partitions: [3, 4], shares }).start();
    const { id } = await start(first, { a: {} });
    await world.advance(A_LOOK_MS);
    const second = await world.process({ work: () => null }, { partitions: [5], shares }).start();
    await first.ownership.own([4]);
    await second.ownership.own([3, 5]);
    await world.advance(A_LOOK_MS);
    first.crash();
    await world.advance(10_000);
    expect((await result(second, id)).status).toBe('completed');
    expect(second.handed.map(({ attempt }) => attempt)).toEqual([2]);
  });
});
