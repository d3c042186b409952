import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Broker, type Settled, openBroker } from '@orrery/infrastructure';
import { describeBroker } from '@orrery/infrastructure/testing/describe-broker';
import { type TestBroker, openTestBroker } from '@orrery/infrastructure/testing/rabbitmq';
import { quietWorker } from './support/task-engine.js';

// The client of RabbitMQ sends the end of a connection ahead of what was just said on its channels.
describeBroker('What is said last over RabbitMQ', (url) => {
  let test: TestBroker;
  beforeEach(async () => {
    test = await openTestBroker(url);
  });
  afterEach(() => test.close());

  const open = async (): Promise<Broker> => {
    const broker = openBroker({ url, prefix: test.prefix, onError: () => undefined });
    while (broker.trouble() !== undefined) await pause(10);
    return broker;
  };
  const messagesIn = async (queue: string) => (await test.channel.checkQueue(queue)).messageCount;

  /** Something that is taken, and settled when the process has long begun to stop. */
  function takenLate() {
    let settle: (settled: Settled) => void = () => undefined;
    let isTaken: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (isTaken = resolve));
    const take = () => {
      isTaken();
      return new Promise<Settled>((resolve) => (settle = resolve));
    };
    const settleWhileStopping = async (broker: Broker, settled: Settled) => {
      await taken;
      const closed = broker.close();
      await pause(200);
      settle(settled);
      await closed;
    };
    return { take, settleWhileStopping };
  }

  it('takes a command from its queue', async () => {
    const broker = await open();
    const { take, settleWhileStopping } = takenLate();
    broker.takeCommands(take);
    while (broker.trouble() !== undefined) await pause(10);
    test.channel.sendToQueue(test.names.commands, Buffer.from('{}'));
    await settleWhileStopping(broker, {});
    expect(await messagesIn(test.names.commands)).toBe(0);
  });

  it.each([false, true])('answers a worker (in no hurry: %s)', async (isUnhurried) => {
    const broker = await open();
    const { take, settleWhileStopping } = takenLate();
    const link = broker.openTasks({ take, cameBack: () => undefined });
    while (broker.trouble() !== undefined) await pause(10);
    const { queue: replyTo } = await test.channel.assertQueue('', { exclusive: true });
    test.channel.sendToQueue(link.owner, Buffer.from('{}'), { replyTo });
    await settleWhileStopping(broker, {
      reply: { contentType: 'application/json', body: Buffer.from('{}'), status: 200, isUnhurried },
    });
    expect(await messagesIn(replyTo)).toBe(1);
  });

  it('sets aside what is no task', async () => {
    const queue = `${test.prefix}.tasks.default.work`;
    const silent = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      const warn = () => void worker.stop().then(resolve);
      const log = { debug: silent, info: silent, warn, error: silent };
      const worker = quietWorker(url, test.prefix, { log }).task('work', (input) => input);
      void worker.start();
    });
    while (!(await isRead(queue))) await pause(10);
    test.channel.sendToQueue(queue, Buffer.from('no task'));
    await stopped;
    expect(await Promise.all([queue, test.names.refusedTasks].map(messagesIn))).toEqual([0, 1]);
    await test.channel.deleteQueue(queue);
  });

  const isRead = async (queue: string) => {
    const { consumerCount } = await test.channel.assertQueue(queue, {
      ...{ durable: true, messageTtl: 15_000, expires: 3_600_000, deadLetterExchange: test.names.unread },
    });
    return consumerCount > 0;
  };
});
