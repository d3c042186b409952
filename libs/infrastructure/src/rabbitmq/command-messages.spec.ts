import { describe, expect, it } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { deliveryOf } from './command-messages.js';
import { namesUnder } from './topology.js';

const names = namesUnder('shop');
const from = (replyTo: string) => ({ content: Buffer.alloc(0), properties: { replyTo } }) as unknown as ConsumeMessage;

describe('The queue that waits for an answer', () => {
  it.each(['answers', 'amq.rabbitmq.reply-to.g1', 'shop.enginesroom'])('is %s', (queue) => {
    expect(deliveryOf(from(queue), names).replyTo).toBe(queue);
  });

  it.each([names.commands, names.refused, `${names.engines}.engine-1`, `${names.tasks}.default.http`])(
    'is not %s, which is ours: an answer there would be answered',
    (queue) => {
      expect(deliveryOf(from(queue), names).replyTo).toBeUndefined();
    },
  );
});
