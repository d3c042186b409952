import { beforeEach, describe, expect, it } from '@jest/globals';
import { CancelWorkflow, PauseWorkflow } from '@orrery/domain';
import { auditLog } from '../engine/support/audit.js';
import { definition, history, result, send, story, submit } from '../engine/support/runs.js';
import { settled } from '../engine/support/test-clock.js';
import { type Process, World } from '../engine/support/world.js';
import { type PostedTask, openQueues, tasksIn } from './support/fake-broker.js';

const ONCE = { retry: { maxAttempts: 1 } };
const wide = (count: number, task: object = {}) =>
  definition(Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, task])));
const held = ({ id, leaseToken }: PostedTask) => ({ id, leaseToken });

let world: World;
let process: Process;
let opened: Awaited<ReturnType<typeof openQueues>>;
beforeEach(async () => {
  world = new World();
  process = await world.process().start();
  opened = await openQueues(world, process);
});

const complete = (task: PostedTask, workerId?: string) =>
  opened.say('ReportTasks', { workerId, results: [{ ...held(task), output: null }] });
const startOf = (workflow: Parameters<typeof history>[1]) =>
  history(world, workflow).find(({ event }) => event.type === 'TaskStarted')!.event;

/** One task of a run, which lies with the broker. */
async function postOne(task: object = {}) {
  await opened.beat();
  const { id } = await submit(process, definition({ a: task }));
  await settled();
  const [posted] = opened.broker.take();
  return { id, task: posted! };
}

describe('Queues of tasks at the broker', () => {
  it('take tasks when somebody reads them, or says so', async () => {
    const { broker, beat, look } = opened;
    await submit(process, definition({ a: {} }));
    await look();
    expect(broker.take()).toEqual([]);
    broker.readers.set('work', 1);
    await look();
    expect(broker.take().map(({ key }) => key)).toEqual(['a']);
    await submit(process, definition({ b: { type: 'other' } }));
    await beat([], { types: ['other'] });
    expect(broker.take().map(({ key }) => key)).toEqual(['b']);
  });

  it('take a window at a time: at least a hundred, and twice the slots; the rest waits in order of priority', async () => {
    const { broker, beat, look } = opened;
    broker.readers.set('work', 1);
    await submit(process, wide(150));
    await look();
    const first = broker.take();
    expect(first).toHaveLength(100);
    await submit(process, definition({ urgent: { priority: 9 } }));
    for (const task of first.slice(0, 2)) await complete(task);
    expect(broker.take().map(({ key }) => key)).toEqual(['urgent', 't100']);
    await beat([], { slots: 70 });
    await look();
    expect(broker.take()).toHaveLength(40);
  });

  it('put few tasks together where workers do few at a time, and write as all of them do', async () => {
    const { broker, beat, look, queues } = opened;
    await beat([], { slots: 40 });
    await submit(process, wide(20));
    await settled();
    expect(broker.posted.map(({ message }) => tasksIn(message).length)).toEqual([5, 5, 5, 5]);
    expect(broker.posted[0]!.message.contentType).toBe('application/json');
    await queues.stop();
    await look();
    await submit(process, wide(1));
    await settled();
    expect(broker.take()).toHaveLength(20);
  });

  it('give an attempt to the worker that speaks of it, and know when its work began', async () => {
    const { beat } = opened;
    const { id, task } = await postOne(ONCE);
    await world.advance(10_000);
    expect(story(world, id)).not.toContain('TaskStarted 0.1');
    const startedAt = new Date(world.clock.now() - 100).toISOString();
    expect(await beat([{ ...held(task), startedAt }])).toMatchObject({ body: { lost: [], kept: [task.id] } });
    await world.advance(1_500);
    expect(startOf(id)).toMatchObject({ worker: 'w1', startedAt: Date.parse(startedAt) });
    for (let beats = 0; beats < 5; beats++) {
      await world.advance(5_000);
      await beat([held(task)]);
    }
    await complete(task, 'w1');
    expect((await result(process, id)).status).toBe('completed');
    await beat([held(task)]);
    expect(await beat([held(task)])).toMatchObject({ body: { lost: [held(task)], kept: [] } });
    auditLog(world);
  });

  it('take the word of a worker that only says how it ended', async () => {
    const { id, task } = await postOne({ retry: { maxAttempts: 2, backoff: { initial: '10ms' } } });
    expect(await opened.say('FailTask', { ...held(task), workerId: 'w7', error: { message: 'no' } })).toMatchObject({
      status: 200,
    });
    expect(startOf(id)).toMatchObject({ worker: 'w7' });
    await world.advance(100);
    const [again] = opened.broker.take();
    expect(again).toMatchObject({ attempt: 2 });
    expect(await opened.say('CompleteTask', { ...held(task), output: 1 })).toMatchObject({ status: 409 });
    expect(await opened.say('CompleteTask', { ...held(again!), output: 1 })).toMatchObject({ status: 200 });
    expect((await result(process, id)).status).toBe('completed');
  });

  it('say how long a task may take, for nobody knows when it begins', async () => {
    const { id, task } = await postOne({ ...ONCE, timeouts: { run: '1500ms' } });
    expect(task).toMatchObject({ runMs: 1_500, startsAtOnce: true });
    await world.advance(12_000);
    await opened.beat([held(task)]);
    expect(story(world, id)).toContain('TaskStarted 0.1');
    await world.advance(1_000);
    expect((await result(process, id)).status).toBe('running');
    await world.advance(1_000);
    expect((await result(process, id)).error).toMatchObject({ code: 'task.timed-out' });
  });

  it('hand out again what nobody read in time, in its old place, as often as it takes', async () => {
    const { broker } = opened;
    const { id, task } = await postOne(ONCE);
    let [latest] = [task];
    for (let times = 0; times < 10; times++) {
      const [, ...others] = [latest, ...broker.take()];
      expect(others).toEqual([]);
      const body = Buffer.from(JSON.stringify({ tasks: [latest] }));
      broker.listener!.cameBack({ contentType: 'application/json', body }, 'unread');
      await settled();
      [latest] = broker.take() as [PostedTask];
      expect(latest).toMatchObject({ key: 'a', attempt: 1 });
    }
    expect(latest.leaseToken).not.toBe(task.leaseToken);
    await complete(latest);
    expect((await result(process, id)).status).toBe('completed');
  });

  it('hand out again what nobody speaks of, and give it up at the third time', async () => {
    const { broker, beat } = opened;
    const { id } = await postOne(ONCE);
    for (const again of [1, 1, 0]) {
      for (let beats = 0; beats < 3; beats++) {
        await world.advance(5_000);
        expect(broker.take()).toEqual([]);
        await beat();
      }
      await world.advance(6_000);
      expect(broker.take()).toHaveLength(again);
    }
    expect((await result(process, id)).error).toMatchObject({ code: 'worker.lost' });
    expect(world.clock.now()).toBeGreaterThan(60_000);
  });

  it('give up at once what is refused by its readers again and again', async () => {
    const { broker } = opened;
    const { id, task } = await postOne(ONCE);
    let latest = [task];
    for (let times = 0; times < 3; times++) {
      const body = Buffer.from(JSON.stringify({ tasks: latest }));
      broker.listener!.cameBack({ contentType: 'application/json', body }, 'rejected');
      await settled();
      latest = broker.take();
    }
    expect(latest).toEqual([]);
    expect((await result(process, id)).error).toMatchObject({ code: 'worker.lost' });
    expect(opened.fates.filter((fate) => fate === 'rejected')).toHaveLength(3);
  });

  it('take nothing while the broker is away, and go on when it is back', async () => {
    const { broker, beat, look } = opened;
    const { id } = await postOne(ONCE);
    broker.trouble = 'RabbitMQ is not connected';
    await submit(process, wide(1));
    await settled();
    await look();
    expect(broker.take()).toEqual([]);
    broker.trouble = undefined;
    await beat();
    await look();
    expect(broker.take().map(({ key }) => key)).toEqual(['t0']);
    await world.advance(21_000);
    await beat();
    await look();
    expect(broker.take()).toHaveLength(2);
    expect((await result(process, id)).status).toBe('running');
  });

  it('declare a queue again that is gone, before they post more', async () => {
    const { broker, look } = opened;
    const { task } = await postOne(ONCE);
    broker.readers.set('work', 1);
    const body = Buffer.from(JSON.stringify({ tasks: [task] }));
    broker.listener!.cameBack({ contentType: 'application/json', body }, 'unroutable');
    await settled();
    expect(broker.take()).toEqual([]);
    await look();
    expect(broker.take()).toMatchObject([{ key: 'a', attempt: 1 }]);
  });

  it('tell once of a queue that is not as it should be', async () => {
    const { broker, look, errors } = opened;
    broker.readers.set('work', -1);
    await submit(process, wide(1));
    for (let looks = 0; looks < 3; looks++) await look();
    expect(errors).toHaveLength(1);
    broker.readers.set('work', 1);
    await look();
    expect(broker.take()).toHaveLength(1);
  });

  it('tell a worker what no longer counts: by itself, and when it next speaks', async () => {
    const { broker, beat } = opened;
    const { id, task } = await postOne({ compensate: { none: 'a spec' } });
    await beat([held(task)]);
    await send(process, id, new CancelWorkflow({}));
    await settled();
    expect(broker.told.map(({ queue, message }) => [queue, JSON.parse(message.body.toString())])).toEqual([
      ['w1', { cancelled: [{ id: task.id, attempt: 1 }] }],
    ]);
    expect(await beat([held(task)])).toMatchObject({ body: { cancelled: [{ id: task.id, attempt: 1 }] } });
    expect(await opened.say('HeartbeatTask', held(task))).toMatchObject({ body: { cancelled: true } });
    await opened.say('FailTask', { ...held(task), error: { message: 'over' } });
    expect((await result(process, id)).status).toBe('cancelled');
  });

  it('let go of what nobody has read of a run that was stopped, or pauses', async () => {
    const { broker } = opened;
    for (const [command, status] of [
      [new CancelWorkflow({}), 'cancelled'],
      [new PauseWorkflow({}), 'paused'],
    ] as const) {
      const { id, task } = await postOne({ compensate: { none: 'a spec' } });
      await send(process, id, command);
      const body = Buffer.from(JSON.stringify({ tasks: [task] }));
      broker.listener!.cameBack({ contentType: 'application/json', body }, 'unread');
      await settled();
      await world.advance(1_000);
      expect(broker.take()).toEqual([]);
      expect((await result(process, id)).status).toBe(status);
    }
  });

  it.each(['{', 'null', '{"tasks":7}', '{"tasks":[null,{"id":7}]}'])(
    'know nothing of what comes back and is none of theirs: %s',
    (text) => {
      opened.broker.listener!.cameBack({ contentType: 'application/json', body: Buffer.from(text) }, 'unread');
      expect(opened.fates).toEqual(['unread']);
    },
  );

  it('stop while the broker owes them an answer, and say nothing of that', async () => {
    const { broker, beat, look, queues, errors } = opened;
    broker.isSilent = true;
    await beat();
    await look();
    await queues.stop();
    expect(errors).toEqual([]);
  });

  it('hear nothing of the attempts of others', async () => {
    const other = { id: '5eed0002-0000-4000-8000-000000000009~0', leaseToken: '1.x' };
    process.orchestration.dispatcher.isOurs = () => false;
    expect(await opened.beat([other])).toEqual({ aside: undefined });
    expect(await opened.say('HeartbeatTask', other)).toEqual({ aside: undefined });
  });
});
