import { randomBytes } from 'node:crypto';
import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib';
import { atMost } from './at-most.js';
import { BrokerLink, type LinkOptions } from './broker-link.js';
import { type Delivery, type Reply, type Settled, asideMessage, deliveryOf, replyMessage } from './command-messages.js';
import type { ConfirmedPublisher } from './confirmed-publisher.js';
import { Gathered } from './gathered.js';
import { type Names, OWNER_HEADER, type QueueState, declareOwner, declareTasks, taskQueue } from './topology.js';

/** So much of what workers say is under way at a time in one process. */
const PREFETCH = 500;
/** How long acknowledgements wait for others, and answers that nobody is in a hurry for, in milliseconds. */
const GATHER_MS = 20;
/** How long a broker may take to say that nothing more will come. */
const LEAVE_WITHIN_MS = 2_000;
/** How long what is under way may take at the end. */
const END_WITHIN_MS = 5_000;

/** A message's body, and how it is written. */
export interface Written {
  readonly contentType: string;
  readonly body: Buffer;
  /** W3C trace context, where all of it belongs to one run. */
  readonly traceparent?: string | null;
}

/** Why tasks came back: nobody read them within a lease, who read them refused them, or there is no queue any more. */
export type CameBack = 'unread' | 'rejected' | 'unroutable';

/** Who hears what the broker says of tasks. */
export interface TaskListener {
  /** A worker speaks to this process, or to all. */
  take(delivery: Delivery): Promise<Settled>;
  cameBack(tasks: Written, why: CameBack): void;
}

export interface TaskLinkOptions extends Omit<LinkOptions, 'name' | 'setUp'> {
  readonly names: Names;
  readonly publisher: ConfirmedPublisher;
  /** Whether tasks outlive a restart of the broker; without it they are handed out again. */
  readonly durable: boolean;
  readonly listener: TaskListener;
}

/** Brings tasks to workers, and what workers say of them here, on a connection each way. */
export class TaskLink {
  /** The queue of this process, for as long as it is connected. */
  readonly owner: string;
  private readonly incoming: BrokerLink;
  private readonly outgoing: BrokerLink;
  private readonly underWay = new Set<Promise<void>>();
  private readonly unhurried = new Gathered(GATHER_MS);
  private sending: Channel | undefined;
  private looking: Channel | undefined;
  private connection: ChannelModel | undefined;
  private leave: () => Promise<unknown> = () => Promise.resolve();
  private isLeaving = false;

  constructor(private readonly options: TaskLinkOptions) {
    this.owner = `${options.names.engines}.${randomBytes(9).toString('base64url')}`;
    this.incoming = new BrokerLink({ ...options, name: 'orrery hears workers', setUp: (each) => this.listen(each) });
    this.outgoing = new BrokerLink({ ...options, name: 'orrery hands out', setUp: (each) => this.ready(each) });
  }

  get trouble(): string | undefined {
    return this.incoming.trouble ?? this.outgoing.trouble;
  }

  /** How the queue of a type is; declares it where it is not there. */
  async stateOf(namespace: string, type: string): Promise<QueueState> {
    const { names } = this.options;
    this.looking ??= await this.openLooking();
    return declareTasks(this.looking, names, taskQueue(names, namespace, type));
  }

  /** Posts tasks for whoever reads them first. False: there is no connection just now. */
  post(namespace: string, type: string, { contentType, body, traceparent }: Written): boolean {
    const { names, durable: persistent } = this.options;
    const properties = { contentType, persistent, mandatory: true, replyTo: this.owner };
    return this.publish(taskQueue(names, namespace, type), body, {
      ...properties,
      headers: { [OWNER_HEADER]: this.owner, ...(traceparent ? { traceparent } : {}) },
    });
  }

  /** Says something to one worker; one that is gone does not hear it. */
  tell(queue: string, { contentType, body }: Written): void {
    this.publish(queue, body, { contentType, replyTo: this.owner });
  }

  /** Hears nothing more, and waits for what is under way. */
  async close(): Promise<void> {
    this.isLeaving = true;
    await atMost(LEAVE_WITHIN_MS, this.leave());
    await atMost(END_WITHIN_MS, Promise.all(this.underWay));
    this.unhurried.flush();
    await Promise.all([this.incoming.close(), this.outgoing.close()]);
  }

  private publish(queue: string, body: Buffer, properties: Parameters<Channel['publish']>[3]): boolean {
    if (!this.sending) return false;
    try {
      this.sending.publish('', queue, body, properties);
      return true;
    } catch {
      // It is being closed.
      return false;
    }
  }

  private async ready(connection: ChannelModel): Promise<readonly Channel[]> {
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.outgoing.drop(error));
    channel.on('close', () => {
      if (this.sending !== channel) return;
      this.sending = undefined;
      this.outgoing.drop(new Error('the channel was closed'));
    });
    channel.on('return', (message: Message) => this.returned(message));
    this.connection = connection;
    this.looking = undefined;
    this.sending = channel;
    return [channel];
  }

  /** A channel of its own: one that is closed over a queue of other properties takes nothing else along. */
  private async openLooking(): Promise<Channel> {
    if (!this.connection) throw new Error('RabbitMQ is not connected');
    const channel = await this.connection.createChannel();
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (this.looking === channel) this.looking = undefined;
    });
    return channel;
  }

  private async listen(connection: ChannelModel): Promise<readonly Channel[]> {
    const { names } = this.options;
    const channel = await connection.createChannel();
    channel.on('error', (error) => this.incoming.drop(error));
    channel.on('close', () => this.incoming.drop(new Error('the channel was closed')));
    await declareOwner(channel, names, this.owner);
    // A connection that is made meanwhile brings nothing new.
    if (this.isLeaving) return [channel];
    await channel.prefetch(PREFETCH);
    const { consumerTag } = await channel.consume(this.owner, (message) => this.heard(channel, message));
    this.leave = async () => channel.cancel(consumerTag);
    return [channel];
  }

  private heard(channel: Channel, message: ConsumeMessage | null): void {
    if (!message) return this.incoming.drop(new Error(`the queue ${this.owner} is gone`));
    if (message.fields.exchange === this.options.names.unread) {
      const { headers } = message.properties;
      this.cameBack(message, headers?.['x-first-death-reason'] === 'rejected' ? 'rejected' : 'unread');
      return this.acknowledge(channel, message);
    }
    const settling = this.settle(channel, message).finally(() => this.underWay.delete(settling));
    this.underWay.add(settling);
  }

  private async settle(channel: Channel, message: ConsumeMessage): Promise<void> {
    const { listener, publisher, names, onError } = this.options;
    try {
      const delivery = deliveryOf(message, names);
      const { reply, aside } = await listener.take(delivery);
      if (reply?.isUnhurried) this.unhurried.add(() => this.reply(delivery, reply));
      else if (reply) this.reply(delivery, reply);
      if (aside) await publisher.publish([asideMessage(message, aside, names)]);
      this.acknowledge(channel, message);
    } catch (error) {
      // Who said it says it again. A channel that is gone has told of that itself.
      if (this.incoming.trouble === undefined) onError(error);
    }
  }

  private reply(delivery: Delivery, reply: Reply): void {
    if (delivery.replyTo === undefined) return;
    const { routingKey, body, properties } = replyMessage(delivery, reply);
    this.publish(routingKey, body, { ...properties, persistent: false, replyTo: this.owner });
  }

  private acknowledge(channel: Channel, message: Message): void {
    this.unhurried.add(() => {
      try {
        channel.ack(message);
      } catch {
        // The queue went with its connection: who was not answered says it again.
      }
    });
  }

  private returned(message: Message): void {
    if (message.properties.headers?.[OWNER_HEADER] === this.owner) this.cameBack(message, 'unroutable');
  }

  private cameBack({ content: body, properties }: Message, why: CameBack): void {
    this.options.listener.cameBack({ body, contentType: String(properties.contentType) }, why);
  }
}
