import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { namesUnder } from '../topology.js';

/** The broker that specs are run against: the one that is named, or else the one that stands on this machine, if any. */
const BROKER_URL = process.env['ORRERY_TEST_RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';
const CONNECT_WITHIN_MS = 5_000;

/** The URL of the broker that answers, or nothing. */
export async function brokerUrl(): Promise<string | undefined> {
  const connection = await connect(BROKER_URL, { timeout: CONNECT_WITHIN_MS }).catch(() => undefined);
  await connection?.close();
  return connection && BROKER_URL;
}

/** What a spec has of a broker: names that are its own, and a channel to look at what is behind them. */
export type TestBroker = Awaited<ReturnType<typeof openTestBroker>>;

export async function openTestBroker(url: string, prefix = `orrery-test-${randomBytes(6).toString('hex')}`) {
  const names = namesUnder(prefix);
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  // The broker may be killed: whoever uses them then hears of it.
  for (const each of [connection, channel]) each.on('error', () => undefined);
  return {
    prefix,
    names,
    channel,
    /** A queue that hears of every event. */
    async listen(pattern = '#') {
      await channel.assertExchange(names.events, 'topic', { durable: true });
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, names.events, pattern);
      return queue;
    },
    async close() {
      for (const queue of [names.commands, names.refused, names.refusedTasks]) await channel.deleteQueue(queue);
      for (const exchange of [names.commands, names.events, names.engines, names.unread])
        await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}
