import type { LinkOptions } from './broker-link.js';
import { QueueConsumer } from './queue-consumer.js';
import { type SetAside, setAsideIn } from './set-aside.js';
import { type Names, declareRefused } from './topology.js';

/** So many messages of each queue are recorded at a time in one process: one may have some MiB. */
const PREFETCH = 20;

export interface DeadLetterQueuesOptions extends Pick<LinkOptions, 'url' | 'onError'> {
  readonly names: Names;
  /** Records what was set aside; it is taken from its queue when that resolves. */
  readonly take: (letter: SetAside) => Promise<void>;
}

/** Takes what was set aside from its queues. What cannot be recorded stays there. */
export function deadLetterQueues({ url, onError, names, take }: DeadLetterQueuesOptions): QueueConsumer {
  return new QueueConsumer({
    ...{ url, onError },
    name: 'orrery records dead letters',
    queues: [names.refused, names.refusedTasks],
    prefetch: PREFETCH,
    declare: (channel) => declareRefused(channel, names),
    settle: (message, queue) => take(setAsideIn(message, queue === names.refused ? 'commands' : 'tasks')),
  });
}
