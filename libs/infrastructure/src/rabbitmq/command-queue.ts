import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { BrokerLink, type LinkOptions } from './broker-link.js';
import type { ConfirmedPublisher, OutgoingMessage } from './confirmed-publisher.js';
import { asideMessage, deliveryOf, replyMessage } from './command-messages.js';
import type { Delivery, Settled } from './command-messages.js';
import { type Names, declareCommands } from './topology.js';

/** So many commands are decided at a time in one process. */
const PREFETCH = 100;
/** How long those under way may take at the end; what is left comes to somebody else. */
const END_WITHIN_MS = 10_000;

export interface CommandQueueOptions extends Omit<LinkOptions, 'setUp'> {
  readonly names: Names;
  readonly publisher: ConfirmedPublisher;
  /** Decides a command; it is taken from the queue when what it says of it is with the broker. */
  readonly take: (delivery: Delivery) => Promise<Settled>;
}

/**
 * Takes commands from their queue. One is acknowledged when its reply, or the message that sets it aside, is confirmed;
 * if this process does not come so far, the command comes again.
 */
export class CommandQueue {
  private readonly link: BrokerLink;
  private readonly underWay = new Set<Promise<void>>();
  private channel: Channel | undefined;
  private leave: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly options: CommandQueueOptions) {
    this.link = new BrokerLink({ ...options, setUp: (connection) => this.consume(connection) });
  }

  get trouble(): string | undefined {
    return this.link.trouble;
  }

  /** Takes nothing new, and waits for what is under way. */
  async close(): Promise<void> {
    await this.leave().catch(() => undefined);
    let late: NodeJS.Timeout | undefined;
    const tooLate = new Promise((resolve) => (late = setTimeout(resolve, END_WITHIN_MS).unref()));
    await Promise.race([Promise.all(this.underWay), tooLate]);
    clearTimeout(late);
    await this.link.close();
  }

  private async consume(connection: ChannelModel): Promise<void> {
    const { names } = this.options;
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.link.drop(error));
    channel.on('close', () => {
      if (this.channel !== channel) return;
      this.channel = undefined;
      this.link.drop(new Error('the channel was closed'));
    });
    this.channel = channel;
    await declareCommands(channel, names);
    await channel.prefetch(PREFETCH);
    const { consumerTag } = await channel.consume(names.commands, (message) => {
      // The broker takes the queue away: it is declared again.
      if (!message) return this.link.drop(new Error(`the queue ${names.commands} is gone`));
      const settling = this.settle(channel, message).finally(() => this.underWay.delete(settling));
      this.underWay.add(settling);
    });
    this.leave = async () => channel.cancel(consumerTag);
  }

  private async settle(channel: Channel, message: ConsumeMessage): Promise<void> {
    const { take, publisher, names, onError } = this.options;
    try {
      const delivery = deliveryOf(message, names);
      const { reply, aside } = await take(delivery);
      const outgoing: OutgoingMessage[] = [];
      if (reply && delivery.replyTo !== undefined) outgoing.push(replyMessage(delivery, reply));
      if (aside) outgoing.push(asideMessage(message, aside, names));
      if (outgoing.length > 0) await publisher.publish(outgoing);
      // What came by a channel that is gone comes again, and is answered again.
      if (this.channel === channel) channel.ack(message);
    } catch (error) {
      // It was not acknowledged, so it comes again: here, or elsewhere.
      onError(error);
    }
  }
}
