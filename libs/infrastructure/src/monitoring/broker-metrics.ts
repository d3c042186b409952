import { Counter, type Registry } from 'prom-client';
import type { PublishListener } from '../rabbitmq/confirmed-publisher.js';

/** What goes to queues by their names is told as one. */
const REPLIES = 'replies';

/** Counts the messages that go to the broker. */
export function brokerMetrics(registry: Registry): PublishListener {
  const byExchange = { labelNames: ['exchange'] as const, registers: [registry] };
  const sent = new Counter({ name: 'orrery_broker_sent_total', help: 'Messages sent to RabbitMQ.', ...byExchange });
  const confirmed = new Counter({
    name: 'orrery_broker_confirmed_total',
    help: 'Messages that RabbitMQ has taken for good.',
    ...byExchange,
  });
  return {
    sent: (exchange) => sent.inc({ exchange: exchange || REPLIES }),
    confirmed: (exchange) => confirmed.inc({ exchange: exchange || REPLIES }),
  };
}
