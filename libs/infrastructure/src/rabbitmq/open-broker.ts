import type { EventExchange } from '@orrery/application';
import { CommandQueue } from './command-queue.js';
import { type Delivery, type Settled, passedOn } from './command-messages.js';
import { ConfirmedPublisher, type PublishListener } from './confirmed-publisher.js';
import { RabbitEventExchange } from './rabbit-event-exchange.js';
import { TaskLink, type TaskListener } from './task-link.js';
import { declareEvents, namesUnder } from './topology.js';

export interface BrokerOptions {
  readonly url: string;
  /** Told of every time without the broker, and of bugs. */
  readonly onError: (error: unknown) => void;
  readonly listener?: PublishListener;
  /** What the names of exchanges and queues begin with, `orrery` if it is not said. */
  readonly prefix?: string;
  /** Whether tasks on their way to workers outlive a restart of the broker. */
  readonly durableTasks?: boolean;
}

/** The broker, as a process has it: there or away, it is opened at once. */
export interface Broker {
  readonly exchange: EventExchange;
  /** Takes commands from now on, until it is closed. */
  takeCommands(take: (delivery: Delivery) => Promise<Settled>): void;
  /** Takes no more commands, and waits for those under way. */
  leaveCommands(): Promise<void>;
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
  let queue: CommandQueue | undefined;
  let tasks: TaskLink | undefined;
  return {
    exchange: new RabbitEventExchange(publisher, names.events),
    takeCommands: (take) => {
      queue = new CommandQueue({ url, name: 'orrery consumes', onError, names, publisher, take });
    },
    leaveCommands: async () => queue?.close(),
    toEngines: (delivery) => publisher.publish([passedOn(delivery, names)]),
    openTasks: (heard) => (tasks = new TaskLink({ url, onError, names, publisher, durable, listener: heard })),
    trouble: () => publisher.trouble ?? queue?.trouble ?? tasks?.trouble,
    close: async () => {
      await Promise.all([queue?.close(), tasks?.close()]);
      await publisher.close();
    },
  };
}
