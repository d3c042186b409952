import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises';
import { Unavailable } from '@orrery/domain';
import type { ConfirmChannel, Message, Options } from 'amqplib';
import { BrokerLink, type LinkOptions } from './broker-link.js';

/** A message on its way to the broker. */
export interface OutgoingMessage {
  /** An exchange; the empty one brings it to the queue that the routing key names. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
  /** What it is sent with where the client cannot write its properties: what somebody else wrote may be anything. */
  readonly plain?: Options.Publish;
}

/** What is heard of messages that go out. */
export interface PublishListener {
  sent(exchange: string): void;
  confirmed(exchange: string): void;
}

export interface PublisherOptions extends Omit<LinkOptions, 'setUp'> {
  readonly declare: (channel: ConfirmChannel) => Promise<void>;
  readonly listener?: PublishListener;
}

/** What goes with some messages. */
export interface PublishOptions {
  /** Makes what they need besides, before they are sent. */
  readonly declare?: PublisherOptions['declare'];
  /**
   * Told of every mandatory message that comes back meanwhile, of these before the last of them is confirmed: again where
   * they are sent again, and of those of others, too.
   */
  readonly onReturned?: (message: Message) => void;
}

/** How often one that waits looks whether the broker takes messages again, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** How long it waits before it sends again what the broker did not take: at first and at most, in milliseconds. */
const PAUSE_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** After so many messages it lets others have their turn: each takes 20 microseconds. */
const MESSAGES_PER_TURN = 50;

/** A message that the client cannot write: it never will, however often it is tried. */
class Unwritable extends Error {}

/** What the client says of a message that the broker did not take, over a channel that works. */
const NOT_TAKEN = 'message nacked';

/** Publishes, and knows what the broker has taken: on a connection of its own, so that nothing else suffers when it is blocked. */
export class ConfirmedPublisher {
  private readonly link: BrokerLink;
  private channel: ConfirmChannel | undefined;
  private isClosed = false;

  constructor(private readonly options: PublisherOptions) {
    this.link = new BrokerLink({
      ...options,
      setUp: async (connection) => {
        const channel = await connection.createConfirmChannel();
        // Many may wait for room at a time.
        channel.setMaxListeners(0);
        channel.on('error', (error) => this.link.drop(error));
        channel.on('close', () => this.lost(channel));
        await options.declare(channel);
        this.channel = channel;
        return [channel];
      },
    });
  }

  get trouble(): string | undefined {
    return this.link.trouble;
  }

  /**
   * Resolves when the broker has taken all of these for good, in this order. Where it does not know, or did not take one,
   * it sends all of them again, for as long as it takes; others need not wait for that. Throws `Unavailable` when it is closed,
   * and what the client says of a message that it cannot write.
   */
  async publish(messages: Iterable<OutgoingMessage>, options: PublishOptions = {}): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const channel = await this.ready();
      const error = await this.once(channel, messages, options);
      if (error === undefined) return;
      if (error instanceof Unwritable) throw error.cause;
      if ((error as Error).message === NOT_TAKEN) await this.refused(tries);
      else this.broken(channel, error);
    }
  }

  /** Sends them, and says what went wrong. */
  private async once(
    channel: ConfirmChannel,
    messages: Iterable<OutgoingMessage>,
    { declare, onReturned }: PublishOptions,
  ): Promise<unknown> {
    try {
      await declare?.(channel);
      if (onReturned) channel.on('return', onReturned);
      await this.send(channel, messages);
    } catch (error) {
      return error;
    } finally {
      if (onReturned) channel.off('return', onReturned);
    }
    return undefined;
  }

  private async refused(tries: number): Promise<void> {
    const words = 'RabbitMQ did not take a message, and is asked again: a queue may be full';
    if (tries === 0) this.options.onError(new Unavailable('broker.refused', words));
    await pause(Math.min(PAUSE_MS * 2 ** tries, PAUSE_MAX_MS), undefined, { ref: false });
  }

  /** The channel is gone: what was sent may be there or not. */
  private broken(channel: ConfirmChannel, error: unknown): void {
    if (this.channel === channel) this.link.drop(error);
    this.lost(channel);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.link.close();
  }

  private async ready(): Promise<ConfirmChannel> {
    for (;;) {
      if (this.isClosed) throw new Unavailable('broker.closed', 'nothing is sent to RabbitMQ any more');
      if (this.channel && this.trouble === undefined) return this.channel;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
    }
  }

  private async send(channel: ConfirmChannel, messages: Iterable<OutgoingMessage>): Promise<void> {
    const confirms: Promise<void>[] = [];
    for (const message of messages) {
      if (this.channel !== channel) throw new Error('the channel is gone');
      const { isFull, confirmed } = this.sendOne(channel, message);
      confirmed.catch(() => undefined);
      confirms.push(confirmed);
      if (isFull) await roomOn(channel);
      else if (confirms.length % MESSAGES_PER_TURN === 0) await immediate();
      if (this.trouble !== undefined) await this.ready();
    }
    await Promise.all(confirms);
  }

  private sendOne(channel: ConfirmChannel, message: OutgoingMessage) {
    const { exchange } = message;
    const { listener } = this.options;
    let isFull = false;
    const confirmed = new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => {
        if (error) return reject(error instanceof Error ? error : new Error('RabbitMQ refused a message'));
        listener?.confirmed(exchange);
        resolve();
      };
      isFull = !this.write(channel, message, settle);
    });
    listener?.sent(exchange);
    return { isFull, confirmed };
  }

  private write(channel: ConfirmChannel, message: OutgoingMessage, settle: (error?: unknown) => void): boolean {
    const { exchange, routingKey, body, properties, plain } = message;
    try {
      return channel.publish(exchange, routingKey, body, properties, settle);
    } catch (error) {
      // A channel that is there refuses nothing but what cannot be written.
      if (this.channel !== channel || this.trouble !== undefined) throw error;
      if (!plain) throw new Unwritable('', { cause: error });
      return this.write(channel, { exchange, routingKey, body, properties: plain }, settle);
    }
  }

  private lost(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.link.drop(new Error('the channel was closed'));
  }
}

function roomOn(channel: ConfirmChannel): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      channel.off('drain', done);
      channel.off('close', done);
      resolve();
    };
    channel.on('drain', done);
    channel.on('close', done);
  });
}
