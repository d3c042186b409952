import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { atMost } from './at-most.js';
import { BrokerLink, type LinkOptions } from './broker-link.js';

/** How long a broker may take to say that nothing more will come. */
const LEAVE_WITHIN_MS = 2_000;
/** How long what is under way may take at the end; what is left comes to somebody else. */
const END_WITHIN_MS = 10_000;

export interface QueueConsumerOptions extends Omit<LinkOptions, 'setUp'> {
  readonly queues: readonly string[];
  /** So many messages of each queue are under way at a time in one process. */
  readonly prefetch: number;
  readonly declare: (channel: Channel) => Promise<void>;
  /** Does what is to be done about a message of a queue, which is then gone. If it rejects, the message comes again. */
  readonly settle: (message: ConsumeMessage, queue: string) => Promise<void>;
}

/** Takes messages from queues, each acknowledged when it is settled; if this process does not come so far, it comes again. */
export class QueueConsumer {
  private readonly link: BrokerLink;
  private readonly underWay = new Set<Promise<void>>();
  private channel: Channel | undefined;
  private leave: () => Promise<unknown> = () => Promise.resolve();
  private isLeaving = false;

  constructor(private readonly options: QueueConsumerOptions) {
    this.link = new BrokerLink({ ...options, setUp: (connection) => this.consume(connection) });
  }

  get trouble(): string | undefined {
    return this.link.trouble;
  }

  /** Takes nothing new, and waits for what is under way. */
  async close(): Promise<void> {
    this.isLeaving = true;
    await atMost(LEAVE_WITHIN_MS, this.leave());
    await atMost(END_WITHIN_MS, Promise.all(this.underWay));
    await this.link.close();
  }

  private async consume(connection: ChannelModel): Promise<readonly Channel[]> {
    const { queues, prefetch, declare } = this.options;
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.link.drop(error));
    channel.on('close', () => {
      if (this.channel !== channel) return;
      this.channel = undefined;
      this.link.drop(new Error('the channel was closed'));
    });
    this.channel = channel;
    await declare(channel);
    // A connection that is made meanwhile brings nothing new.
    if (this.isLeaving) return [channel];
    await channel.prefetch(prefetch);
    const tags: string[] = [];
    this.leave = async () => Promise.all(tags.map((tag) => channel.cancel(tag)));
    for (const queue of queues) {
      const { consumerTag } = await channel.consume(queue, (message) => {
        // The broker takes the queue away: it is declared again.
        if (!message) return this.link.drop(new Error(`the queue ${queue} is gone`));
        const settling = this.settle(channel, message, queue).finally(() => this.underWay.delete(settling));
        this.underWay.add(settling);
      });
      tags.push(consumerTag);
    }
    return [channel];
  }

  private async settle(channel: Channel, message: ConsumeMessage, queue: string): Promise<void> {
    try {
      await this.options.settle(message, queue);
      // What came by a channel that is gone comes again, and is settled again.
      if (this.channel === channel) channel.ack(message);
    } catch (error) {
      // It was not acknowledged, so it comes again: over the next connection, here or elsewhere.
      this.options.onError(error);
    }
  }
}
