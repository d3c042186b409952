import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { jsonText } from '@orrery/infrastructure';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { type TestBroker, openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import type { Worker } from '@orrery/sdk';
import { Program } from '../e2e/support/standalone.js';
import { bundle } from '../workers/support/bundle.js';
import { quietWorker } from './support/task-engine.js';

const RUN = '5eed0002-0000-4000-8000-000000000009';

/** What was said to a queue: by which command, with which data, and whom to answer. */
interface Said {
  readonly type: string;
  readonly data: { readonly [name: string]: unknown };
  readonly replyTo: string;
  readonly correlationId: string;
  readonly contentType: string;
}

describeBroker('The worker of the SDK at a broker without engines', (url) => {
  let test: TestBroker;
  let owner: string;
  let worker: Worker | undefined;
  beforeEach(async () => {
    test = await openTestBroker(url);
    await test.channel.assertQueue(test.names.commands, { durable: true });
    // In the words of docs/AMQP.md: what is posted now waits until the worker reads it.
    const deadLetterExchange = `${test.prefix}.tasks.unread`;
    await test.channel.assertQueue(tasks(), {
      durable: true,
      messageTtl: 15_000,
      expires: 3_600_000,
      deadLetterExchange,
    });
    ({ queue: owner } = await test.channel.assertQueue('', { exclusive: true }));
  });
  afterEach(async () => {
    await worker?.stop();
    await test.channel.deleteQueue(tasks());
    await test.close();
  });

  const tasks = () => `${test.prefix}.tasks.default.work`;
  const heard = async (queue: string, wanted: string): Promise<Said> => {
    for (;;) {
      const message = await test.channel.get(queue, { noAck: true });
      if (!message) {
        await pause(20);
        continue;
      }
      const { contentType, replyTo, correlationId } = message.properties as unknown as Said;
      const format = contentType === 'application/cloudevents+msgpack' ? 'msgpack' : 'json';
      const said = JSON.parse(jsonText(format, message.content).toString()) as Pick<Said, 'type' | 'data'>;
      const type = said.type.split('.').at(-2)!;
      const { data } = said;
      if (type === wanted) return { replyTo, correlationId, contentType, type, data };
    }
  };
  const begin = async (handler: Parameters<Worker['task']>[1], format: 'json' | 'msgpack' = 'json') => {
    worker = quietWorker(url, test.prefix, { workerId: 'w1', concurrency: 3, broker: { format } });
    void worker.task('work', handler as never).start();
    return heard(test.names.commands, 'BeatWorker');
  };
  const post = (replyTo: string, more: object = {}) => {
    const task = {
      id: `${RUN}~0`,
      type: 'work',
      leaseToken: '1.x',
      idempotencyKey: 'i',
      attempt: 1,
      runMs: null,
      ...more,
    };
    const body = Buffer.from(JSON.stringify({ tasks: [task] }));
    test.channel.sendToQueue(tasks(), body, { contentType: 'application/json', replyTo });
  };
  const answer = ({ replyTo, correlationId }: Said, body: object) =>
    test.channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(body)), {
      contentType: 'application/json',
      correlationId,
      replyTo: owner,
    });

  it('gives a task that killed the one before it no third to kill', async () => {
    const program = await bundle('tests/amqp/support/deadly-worker.mjs');
    const dies = () => new Program(process.execPath, [program, url, test.prefix]).exit();
    post(owner);
    expect(await dies()).toBe('SIGKILL');
    expect(await dies()).toBe('SIGKILL');
    // Who owns its run knows who had it: the attempt is lost and counts.
    expect((await heard(owner, 'BeatWorker')).data).toMatchObject({
      attempts: [{ id: `${RUN}~0`, leaseToken: '1.x' }],
    });
    await pause(500);
    expect(await test.channel.get(tasks(), { noAck: true })).toBe(false);
  });

  it('says that it is there, and writes as it is told to', async () => {
    const beat = await begin(() => 'done', 'msgpack');
    expect(beat).toMatchObject({ contentType: 'application/cloudevents+msgpack', replyTo: expect.any(String) });
    expect(beat.data).toEqual({ workerId: 'w1', slots: 3, types: ['work'], attempts: [] });
  });

  it('says a result to its owner, to any engine when that is silent, and then no more when it is answered', async () => {
    await begin(() => 'done');
    post(owner);
    const result = { workerId: 'w1', results: [{ id: `${RUN}~0`, leaseToken: '1.x', output: 'done' }] };
    expect((await heard(owner, 'ReportTasks')).data).toMatchObject(result);
    const again = await heard(test.names.commands, 'ReportTasks');
    expect(again.data).toMatchObject(result);
    answer(again, { results: [{ id: `${RUN}~0`, recorded: true }] });
    const beat = await heard(test.names.commands, 'BeatWorker');
    expect(beat.data['attempts']).toEqual([]);
  }, 30_000);

  it('says a result to any engine at once when its owner is gone', async () => {
    await begin(() => 'done');
    post('nowhere');
    expect((await heard(test.names.commands, 'ReportTasks')).data).toMatchObject({ workerId: 'w1' });
  });

  it('says again at once what an owner has not answered that proves to be gone', async () => {
    await begin(() => 'done');
    const { queue: dying } = await test.channel.assertQueue('');
    post(dying);
    expect((await heard(dying, 'ReportTasks')).data).toMatchObject({ results: [{ id: `${RUN}~0` }] });
    await test.channel.deleteQueue(dying);
    post(dying, { id: `${RUN}~1` });
    const again = await heard(test.names.commands, 'ReportTasks');
    // Long before it would have waited too long for the answer, and both of them once.
    expect(again.data).toMatchObject({ results: [{ id: `${RUN}~0` }, { id: `${RUN}~1` }] });
    await pause(300);
    for (let left; (left = await test.channel.get(test.names.commands, { noAck: true }));)
      expect(left.properties.type).toBe('io.orrery.command.BeatWorker.v1');
  });

  it('asks everyone for the next owner of what it has, until there is one', async () => {
    await begin((_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)));
    post('nowhere', { startsAtOnce: true });
    const asked = [];
    while (asked.length < 3) asked.push(await heard(test.names.commands, 'BeatWorker'));
    for (const { data } of asked) expect(data).toMatchObject({ attempts: [{ id: `${RUN}~0` }] });
    answer(asked.at(-1)!, { lost: [], cancelled: [], kept: [`${RUN}~0`] });
    expect((await heard(owner, 'BeatWorker')).data).toMatchObject({ attempts: [{ id: `${RUN}~0` }] });
    answer(asked.at(-1)!, { lost: [{ id: `${RUN}~0`, leaseToken: '1.x' }] });
  }, 15_000);

  it('tells soon of what it has begun, at once where it is asked to, and of nothing that is lost', async () => {
    let aborted = false;
    await begin(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error((aborted = true) && 'over')));
        }),
    );
    post(owner, { startsAtOnce: true });
    const beat = await heard(owner, 'BeatWorker');
    const attempts = [{ id: `${RUN}~0`, leaseToken: '1.x', startedAt: expect.any(String) }];
    expect(beat.data).toMatchObject({ workerId: 'w1', attempts });
    answer(beat, { lost: [{ id: `${RUN}~0`, leaseToken: '1.x' }], cancelled: [], kept: [] });
    while (!aborted) await pause(20);
    expect((await heard(test.names.commands, 'BeatWorker')).data['attempts']).toEqual([]);
  }, 15_000);

  it('keeps its connection whatever is said to it that nobody understands', async () => {
    const begun = await begin(() => 'done');
    const bodies = [
      'null',
      '7',
      '{"results":7}',
      '{"results":[null]}',
      '{"lost":7}',
      '{"kept":7}',
      '{"cancelled":[null]}',
    ];
    for (const body of bodies)
      test.channel.sendToQueue(begun.replyTo, Buffer.from(body), {
        contentType: 'application/json',
        correlationId: '7',
      });
    await test.channel.waitForConfirms();
    post(owner);
    expect((await heard(owner, 'ReportTasks')).replyTo).toBe(begun.replyTo);
  });

  it('stops what is cancelled, and speaks of what changed hands to its new owner', async () => {
    const begun = await begin(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    );
    post('nowhere');
    const beat = await heard(test.names.commands, 'BeatWorker');
    answer(beat, { lost: [], cancelled: [], kept: [`${RUN}~0`] });
    await pause(100);
    test.channel.sendToQueue(begun.replyTo, Buffer.from('{'), { contentType: 'application/json' });
    answer({ ...begun, correlationId: '' }, { cancelled: [{ id: `${RUN}~0`, attempt: 1 }] });
    expect((await heard(owner, 'ReportTasks')).data).toMatchObject({ results: [{ error: {} }] });
  });
});
