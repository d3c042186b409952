import type { LinkOptions } from './broker-link.js';
import type { ConfirmedPublisher, OutgoingMessage } from './confirmed-publisher.js';
import { asideMessage, deliveryOf, replyMessage } from './command-messages.js';
import type { Delivery, Settled } from './command-messages.js';
import { QueueConsumer } from './queue-consumer.js';
import { type Names, declareCommands } from './topology.js';

/** So many commands are decided at a time in one process. */
const PREFETCH = 100;

export interface CommandQueueOptions extends Pick<LinkOptions, 'url' | 'onError'> {
  readonly names: Names;
  readonly publisher: ConfirmedPublisher;
  /** Decides a command; it is taken from the queue when what it says of it is with the broker. */
  readonly take: (delivery: Delivery) => Promise<Settled>;
}

/** Takes commands from their queue. One is settled when its reply, or the message that sets it aside, is confirmed. */
export function commandQueue({ url, onError, names, publisher, take }: CommandQueueOptions): QueueConsumer {
  return new QueueConsumer({
    ...{ url, onError },
    name: 'orrery consumes',
    queues: [names.commands],
    prefetch: PREFETCH,
    declare: (channel) => declareCommands(channel, names),
    async settle(message) {
      const delivery = deliveryOf(message, names);
      const { reply, aside } = await take(delivery);
      const outgoing: OutgoingMessage[] = [];
      if (reply && delivery.replyTo !== undefined) outgoing.push(replyMessage(delivery, reply));
      if (aside) outgoing.push(asideMessage(message, aside, names));
      if (outgoing.length > 0) await publisher.publish(outgoing);
    },
  });
}
