// Hears every event on an exchange, as a service does: `node event-listener.mjs <AMQP URL> <exchange> <port>`. It listens on the
// port once its queue is bound.
import { createServer } from 'node:net';
import { connect } from 'amqplib';

const PREFETCH = 1_000;
const MESSAGES_PER_ACK = 100;

const [url, exchange, port] = process.argv.slice(2);
const connection = await connect(url, { noDelay: true });
const channel = await connection.createChannel();
await channel.prefetch(PREFETCH);
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.assertExchange(exchange, 'topic', { durable: true });
await channel.bindQueue(queue, exchange, '#');
let heard = 0;
await channel.consume(queue, (message) => {
  JSON.parse(message.content.toString());
  if (++heard % MESSAGES_PER_ACK === 0) channel.ack(message, true);
});
createServer().listen(Number(port), '127.0.0.1');
