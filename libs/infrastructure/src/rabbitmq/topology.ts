import type { Channel } from 'amqplib';

/** What our exchanges and queues are called. */
export interface Names {
  /** The topic exchange that every event goes to. */
  readonly events: string;
  /** The exchange and the queue that services post commands to. */
  readonly commands: string;
  /** The queue of commands that were set aside, each with its reason. */
  readonly refused: string;
  /** The fanout exchange that brings something to every engine. */
  readonly engines: string;
  /** What the queues of tasks begin with. */
  readonly tasks: string;
  /** The exchange by which tasks that nobody read come back to who sent them. */
  readonly unread: string;
  /** The queue of messages that workers found among their tasks and could not read, each with its reason. */
  readonly refusedTasks: string;
}

export function namesUnder(prefix: string): Names {
  return {
    events: `${prefix}.events`,
    commands: `${prefix}.commands`,
    refused: `${prefix}.commands.refused`,
    engines: `${prefix}.engines`,
    tasks: `${prefix}.tasks`,
    unread: `${prefix}.tasks.unread`,
    refusedTasks: `${prefix}.tasks.refused`,
  };
}

/** The queue in which tasks of a type wait for a worker, whoever owns their runs. */
export function taskQueue({ tasks }: Names, namespace: string, type: string): string {
  return `${tasks}.${namespace}.${type}`;
}

/** The header of a message of tasks that names the queue of its owner. */
export const OWNER_HEADER = 'orrery-owner';
/** How long tasks wait to be read before their owner gets them back, in milliseconds: a lease. */
const UNREAD_AFTER_MS = 15_000;
/** A queue of tasks that nobody needs goes by itself after so long, in milliseconds. */
const UNUSED_AFTER_MS = 3_600_000;

/** How often a command may be delivered and not settled: it may be what ends the process that takes it. */
const DELIVERIES_MAX = 20;

const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } } as const;

/** Declares where events go, and what is for all engines; what is there already stays. */
export async function declareEvents(channel: Channel, { events, engines }: Names): Promise<void> {
  await channel.assertExchange(events, 'topic', { durable: true });
  await channel.assertExchange(engines, 'fanout', { durable: true });
}

/** How a queue of tasks is: how many read from it, and how many messages nobody has yet. */
export interface QueueState {
  readonly readers: number;
  readonly unread: number;
}

/** Declares a queue of tasks, and tells how it is. Workers declare it in the same words. */
export async function declareTasks(channel: Channel, { unread }: Names, queue: string): Promise<QueueState> {
  const { consumerCount, messageCount } = await channel.assertQueue(queue, {
    durable: true,
    messageTtl: UNREAD_AFTER_MS,
    expires: UNUSED_AFTER_MS,
    deadLetterExchange: unread,
  });
  return { readers: consumerCount, unread: messageCount };
}

/** Declares an engine's own queue, which goes with its connection: what workers say, and tasks that nobody read. */
export async function declareOwner(channel: Channel, { engines, unread, refusedTasks }: Names, queue: string) {
  await channel.assertQueue(refusedTasks, quorum);
  await channel.assertExchange(engines, 'fanout', { durable: true });
  await channel.assertExchange(unread, 'headers', { durable: true });
  await channel.assertQueue(queue, { exclusive: true, autoDelete: true });
  await channel.bindQueue(queue, engines, '');
  await channel.bindQueue(queue, unread, '', { 'x-match': 'all', [OWNER_HEADER]: queue });
}

/** Declares where what was set aside lies until it is recorded; what is there already stays. */
export async function declareRefused(channel: Channel, { refused, refusedTasks }: Names): Promise<void> {
  for (const queue of [refused, refusedTasks]) await channel.assertQueue(queue, quorum);
}

/** Declares where commands come from, and where those go that were set aside; what is there already stays. */
export async function declareCommands(channel: Channel, { commands, refused }: Names): Promise<void> {
  await channel.assertQueue(refused, quorum);
  await channel.assertExchange(commands, 'topic', { durable: true });
  await channel.assertQueue(commands, {
    durable: true,
    arguments: {
      ...quorum.arguments,
      'x-delivery-limit': DELIVERIES_MAX,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': refused,
      // It leaves this queue when the other one has it. That needs the other way of being full.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    },
  });
  await channel.bindQueue(commands, commands, '#');
}
