import { setTimeout as sleep } from 'node:timers/promises';
import { keepConnected } from './keep-connected.mjs';

const ANSWER_MS = 5_000;
const GIVE_UP_MS = 120_000;
const AGAIN_MS = 50;

/** What an intent has for its path that went by the broker. */
export const BY_BROKER = 'amqp';

/** Starts runs by a message to the broker, as services do, and says it again until it has an answer. */
export class BrokerClient {
  #waiting = new Map();
  #channel;
  #journal;
  #exchange;

  constructor(connect, { journal, exchange }) {
    this.#journal = journal;
    this.#exchange = exchange;
    void keepConnected(connect, (connection) => this.#setUp(connection));
  }

  /** As that of a `Client`; the key makes it the same command however often it is said. */
  async command(operation, _path, { key, body }) {
    const intent = this.#journal.intend(operation, { path: BY_BROKER, key });
    for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await sleep(AGAIN_MS)) {
      const answer = await this.#ask(key, body);
      if (answer === undefined) intent.unknown += 1;
      else {
        this.#journal.settle(intent, answer.status < 300 ? 'ok' : 'refused', answer.status, answer.body);
        return intent;
      }
    }
    return intent;
  }

  async #setUp(connection) {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    channel.once('close', () => (this.#channel = undefined));
    const hear = ({ properties, content }) => {
      const answer = { status: properties.headers.status, body: JSON.parse(String(content)) };
      this.#waiting.get(properties.correlationId)?.(answer);
    };
    await channel.consume('amq.rabbitmq.reply-to', (message) => message && hear(message), { noAck: true });
    this.#channel = channel;
  }

  /** Nothing, if there is no answer in time. */
  async #ask(key, data) {
    const answered = new Promise((resolve) => this.#waiting.set(key, resolve));
    const event = { specversion: '1.0', type: 'io.orrery.command.StartWorkflow.v1', source: '/chaos', id: key, data };
    const how = {
      contentType: 'application/cloudevents+json',
      persistent: true,
      replyTo: 'amq.rabbitmq.reply-to',
      correlationId: key,
    };
    try {
      this.#channel?.publish(this.#exchange, 'start', Buffer.from(JSON.stringify(event)), how);
    } catch {
      // The channel closed just now: it is said again.
    }
    const answer = await Promise.race([answered, sleep(this.#channel ? ANSWER_MS : AGAIN_MS)]);
    this.#waiting.delete(key);
    return answer;
  }
}
