import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { QueueConsumer } from './queue-consumer.js';
import { startProxy } from './testing/cuttable-proxy.js';
import { describeBroker } from './testing/describe-broker.js';
import { openTestBroker } from './testing/test-broker.js';

const ROUNDS = 10;

describeBroker('What takes from queues', (url) => {
  // RabbitMQ 3.10 answers by an internal error who reads from a quorum queue that somebody else is just declaring.
  it('says nothing of queues that many declare at the same moment, and takes from them', async () => {
    const test = await openTestBroker(url);
    for (let round = 0; round < ROUNDS; round++) {
      const queue = `${test.prefix}.${round}`;
      const [taken, errors]: [string[], unknown[]] = [[], []];
      const takers = Array.from({ length: 4 }, () => {
        return new QueueConsumer({
          ...{ url, name: 'a spec', queues: [queue], prefetch: 1 },
          declare: async (channel) =>
            void (await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })),
          settle: ({ content }) => Promise.resolve(void taken.push(content.toString())),
          onError: (error) => void errors.push(error),
        });
      });
      while (takers.some(({ trouble }) => trouble !== undefined)) await pause(20);
      test.channel.sendToQueue(queue, Buffer.from('a letter'));
      while (taken.length === 0) await pause(20);
      await Promise.all(takers.map((taker) => taker.close()));
      await test.channel.deleteQueue(queue);
      expect({ taken, errors }).toEqual({ taken: ['a letter'], errors: [] });
    }
    await test.close();
  }, 60_000);

  /** Something that takes from a queue of its own by way of a proxy, and settles a message when it is told so. */
  async function open() {
    const [proxy, test] = await Promise.all([startProxy(new URL(url)), openTestBroker(url)]);
    const queue = `${test.prefix}.taken`;
    const taken: (() => void)[] = [];
    const taker = new QueueConsumer({
      ...{ url: proxy.url, name: 'a spec', queues: [queue], prefetch: 1 },
      declare: async (channel) => void (await channel.assertQueue(queue)),
      settle: () => new Promise((resolve) => taken.push(resolve)),
      onError: () => undefined,
    });
    while (taker.trouble !== undefined) await pause(20);
    const close = async () => {
      await proxy.close();
      await test.channel.deleteQueue(queue);
      await test.close();
    };
    return { proxy, test, queue, taken, taker, close };
  }

  it('take nothing new while they close, also by another connection', async () => {
    const { proxy, test, queue, taken, taker, close } = await open();
    test.channel.sendToQueue(queue, Buffer.from('a letter'));
    while (taken.length === 0) await pause(20);
    const closing = taker.close();
    proxy.cut();
    while (taker.trouble === undefined) await pause(1);
    while (taker.trouble !== undefined) await pause(1);
    expect(await test.channel.checkQueue(queue)).toMatchObject({ consumerCount: 0, messageCount: 1 });
    expect(taken).toHaveLength(1);
    taken[0]!();
    await closing;
    await close();
  });

  it('close soon though the broker has fallen silent', async () => {
    const { proxy, taker, close } = await open();
    proxy.hush();
    await taker.close();
    await close();
  }, 10_000);
});
