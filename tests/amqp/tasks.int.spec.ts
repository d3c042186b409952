import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { CancelWorkflow, RedriveDeadLetter } from '@orrery/domain';
import { type TestDatabase, testDatabase } from '@orrery/infrastructure/testing';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { openTestBroker, startProxy } from '@orrery/infrastructure/testing/rabbitmq';
import type { Worker } from '@orrery/sdk';
import { definition } from '../engine/support/runs.js';
import { type TaskEngine, openTaskEngine, quietWorker } from './support/task-engine.js';

const one = definition({ a: {} }, { output: '${ tasks.a.output }' });
const many = (count: number, type = 'work') =>
  definition(Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, { type, input: { n } }])));

async function open(databaseUrl: string, url: string) {
  const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
  const engine = await openTaskEngine(databaseUrl, proxy.url, test.prefix);
  const queue = `${test.prefix}.tasks.default.work`;
  return { proxy, test, engine, queue };
}

describeBroker('Tasks over RabbitMQ', (url) => {
  let database: TestDatabase;
  let opened: Awaited<ReturnType<typeof open>>;
  let engine: TaskEngine;
  const workers: Worker[] = [];
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    opened = await open(database.url, url);
    engine = opened.engine;
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((each) => each.stop()));
    await engine.close();
    await opened.test.channel.deleteQueue(opened.queue);
    await opened.proxy.close();
    await opened.test.close();
  });

  const work = (handler: Parameters<Worker['task']>[1], more: Parameters<typeof quietWorker>[2] = {}) => {
    const worker = quietWorker(url, opened.test.prefix, more).task('work', handler as never);
    workers.push(worker);
    void worker.start();
    return worker;
  };

  it('are done, many in a message, and written as their workers write', async () => {
    for (const format of ['json', 'msgpack'] as const) {
      const worker = work((input) => input, { broker: { format } });
      const input = { text: 'ä 🪐', list: [1, 2.5, null, true], nothing: {} };
      const id = await engine.start(definition({ a: { input } }, { output: '${ tasks.a.output }' }));
      expect(await engine.end(id)).toMatchObject({ status: 'completed', output: input });
      const all = await engine.start(many(300));
      expect(await engine.end(all)).toMatchObject({ status: 'completed' });
      await worker.stop();
    }
    expect(engine.errors).toEqual([]);
  });

  it('go to who has room, and wait for nobody who is full', async () => {
    const done: string[] = [];
    const slow = (name: string) => async () => {
      await pause(700);
      done.push(name);
      return null;
    };
    work(slow('a'), { concurrency: 2 });
    const id = await engine.start(many(8));
    await pause(600);
    work(slow('b'), { concurrency: 6 });
    expect(await engine.end(id)).toMatchObject({ status: 'completed' });
    expect(done.filter((name) => name === 'b').length).toBeGreaterThanOrEqual(4);
  }, 30_000);

  it('are given up when their run is cancelled', async () => {
    let begun = () => undefined as void;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    work((_, { signal }) => {
      begun();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('over'))));
    });
    const id = await engine.start(definition({ a: { compensate: { none: 'a spec' } } }));
    await isBegun;
    await engine.send(id, new CancelWorkflow({}));
    expect(await engine.end(id)).toMatchObject({ status: 'cancelled' });
  }, 15_000);

  it('outlive a worker that dies with what it had begun', async () => {
    const dying = work(() => new Promise(() => undefined), { drainMs: 0 });
    const id = await engine.start(definition({ a: { retry: { maxAttempts: 2, backoff: { initial: '10ms' } } } }));
    while (engine.dispatcher.leases.size === 0) await pause(10);
    await pause(1_000);
    await dying.stop();
    work(() => 'done');
    expect(await engine.end(id)).toMatchObject({ status: 'completed' });
    expect(await engine.get(id)).toMatchObject({ tasks: [{ attempt: 2 }] });
  }, 40_000);

  it('that nobody read in time wait again, and are no failed attempt', async () => {
    const blocking = work(() => pause(17_000, null), { concurrency: 1 });
    const first = await engine.start(one);
    await pause(1_000);
    const second = await engine.start(one);
    while (engine.dispatcher.leases.size < 2) await pause(10);
    expect(await engine.end(first)).toMatchObject({ status: 'completed' });
    expect(await engine.get(second)).toMatchObject({ status: 'running', tasks: [{ status: 'queued', attempt: 1 }] });
    await blocking.stop();
    work(() => 'at last');
    expect(await engine.end(second)).toMatchObject({ status: 'completed', output: 'at last' });
  }, 60_000);

  it('are all done, each recorded once, while their queue is purged and deleted', async () => {
    const { test, queue } = opened;
    work(async () => pause(20, null), { concurrency: 4 });
    const id = await engine.start(many(400));
    for (let round = 0; round < 3; round++) {
      await pause(400);
      await test.channel.purgeQueue(queue);
      await pause(200);
      await test.channel.deleteQueue(queue);
    }
    expect(await engine.end(id)).toMatchObject({ status: 'completed' });
    expect((await engine.get(id)).tasks.every(({ attempt }) => attempt === 1)).toBe(true);
  }, 120_000);

  it('and their results outlive connections that are cut', async () => {
    const { proxy } = opened;
    const worker = quietWorker(proxy.url, opened.test.prefix, { concurrency: 8 }).task('work', () => pause(10, null));
    workers.push(worker);
    void worker.start();
    const id = await engine.start(many(300));
    for (let cuts = 0; cuts < 4; cuts++) {
      await pause(300);
      proxy.cut();
    }
    expect(await engine.end(id)).toMatchObject({ status: 'completed' });
  }, 120_000);

  it('are shared by engines, and what was handed out outlives the engine that owned its run', async () => {
    const { test } = opened;
    const second = await openTaskEngine(database.url, url, test.prefix);
    let begun = 0;
    work(async () => {
      begun += 1;
      return pause(1_500, null);
    });
    const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? engine : second).start(one)));
    while (begun < 10) await pause(20);
    // By then it is known who may hold what.
    await pause(1_000);
    await second.close();
    for (const id of ids) expect(await engine.end(id)).toMatchObject({ status: 'completed' });
    expect(begun).toBe(10);
  }, 60_000);

  it('that are none are set aside with their reason', async () => {
    const { test, queue } = opened;
    work(() => 'done');
    const id = await engine.start(one);
    await engine.end(id);
    for (const body of ['{', '{}', '{"tasks":[{}]}'])
      test.channel.sendToQueue(queue, Buffer.from(body), { contentType: 'application/json', replyTo: 'nobody' });
    const letters = await engine.letters(({ length }) => length === 3);
    expect(letters).toMatchObject(Array(3).fill({ queue: 'tasks', reason: 'request.invalid' }));
    const bodies = await Promise.all(letters.map(async ({ id: letter }) => (await engine.letter(letter)).message.body));
    expect(bodies.sort()).toEqual(['{', '{"tasks":[{}]}', '{}']);
    for (const { id: letter } of letters) {
      const redriving = engine.tell(letter, new RedriveDeadLetter({}));
      await expect(redriving).rejects.toMatchObject({ code: 'dead-letter.not-a-command' });
    }
    expect(await engine.end(await engine.start(one))).toMatchObject({ status: 'completed' });
  });
});
