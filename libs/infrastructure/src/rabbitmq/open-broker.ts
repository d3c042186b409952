import type { EventExchange } from '@orrery/application';
import { commandQueue } from './command-queue.js';
import { type Delivery, type Settled, passedOn } from './command-messages.js';
import { ConfirmedPublisher, type PublishListener } from './confirmed-publisher.js';
import { deadLetterQueues } from './dead-letter-queues.js';
import type { EventMode } from './event-message.js';
import type { QueueConsumer } from './queue-consumer.js';
import { RabbitEventExchange } from './rabbit-event-exchange.js';
import type { SetAside } from './set-aside.js';
import { TaskLink, type TaskListener } from './task-link.js';
import { declareEvents, namesUnder } from './topology.js';

export interface BrokerOptions {
  readonly url: string;
  /** Told of every time without the broker, and of bugs. */
  readonly onError: (error: unknown) => void;
  readonly listener?: PublishListener;
  /** What the names of exchanges and queues begin with, `orrery` if it is not said. */
  readonly prefix?: string;
  /** The events that are told, as patterns of their routing keys; all of them, if it is not said. */
  readonly events?: readonly string[];
  /** How they are written, in structured mode if it is not said. */
  readonly eventMode?: EventMode;
  /** Whether tasks on their way to workers outlive a restart of the broker. */
  readonly durableTasks?: boolean;
}

/** The broker, as a process has it: there or away, it is opened at once. */
export interface Broker {
  readonly exchange: EventExchange;
  /** Takes commands from now on, until it is closed. */
  takeCommands(take: (delivery: Delivery) => Promise<Settled>): void;
  /** Takes what was set aside, until it is closed: what resolves is recorded, and taken from its queue. */
  takeDeadLetters(take: (letter: SetAside) => Promise<void>): void;
  /** Takes no more commands and dead letters, and waits for those under way. */
  leaveQueues(): Promise<void>;
  /** Brings something that came here to every engine. */
  toEngines(delivery: Delivery): Promise<void>;
  /** Brings tasks to workers, until it is closed. */
  openTasks(listener: TaskListener): TaskLink;
  /** Why nothing goes through just now, in words; nothing if it does. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/** Opens a RabbitMQ. It publishes and consumes on a connection each: a broker that blocks the one leaves the other alone. */
export function openBroker({
  url,
  onError,
  listener,
  prefix = 'orrery',
  events: patterns = ['#'],
  eventMode: mode = 'structured',
  durableTasks: durable = false,
}: BrokerOptions): Broker {
  const names = namesUnder(prefix);
  const publisher = new ConfirmedPublisher({
    url,
    name: 'orrery publishes',
    onError,
    listener,
    declare: (channel) => declareEvents(channel, names),
  });
  const consumers: QueueConsumer[] = [];
  const leaveQueues = async () => void (await Promise.all(consumers.map((each) => each.close())));
  let tasks: TaskLink | undefined;
  return {
    exchange: new RabbitEventExchange(publisher, names, { patterns, mode }),
    takeCommands: (take) => void consumers.push(commandQueue({ url, onError, names, publisher, take })),
    takeDeadLetters: (take) => void consumers.push(deadLetterQueues({ url, onError, names, take })),
    leaveQueues,
    toEngines: (delivery) => publisher.publish([passedOn(delivery, names)]),
    openTasks: (heard) => (tasks = new TaskLink({ url, onError, names, publisher, durable, listener: heard })),
    trouble: () => [publisher, ...consumers, tasks].find((each) => each?.trouble)?.trouble,
    close: async () => {
      await Promise.all([leaveQueues(), tasks?.close()]);
      await publisher.close();
    },
  };
}
