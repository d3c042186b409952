import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { QueueConsumer } from './queue-consumer.js';
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
});
