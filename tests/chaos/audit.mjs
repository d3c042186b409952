import { keepConnected } from './keep-connected.mjs';

/** What the subscriber hears by, which is nobody else's. */
export const AUDIT_QUEUE = 'chaos.audit';
const PREFETCH = 200;

/** What a subscriber heard: after repeats are dropped, its place in every stream goes on by one, and never back. */
export class Positions {
  repeats = 0;
  violations = [];
  #streams = new Map();

  /** An event's id is `<stream>:<version>`. */
  hear(id) {
    const cut = id.lastIndexOf(':');
    const [stream, version] = [id.slice(0, cut), Number(id.slice(cut + 1))];
    const heard = this.#streams.get(stream) ?? { last: 0, versions: new Set() };
    this.#streams.set(stream, heard);
    if (heard.versions.has(version)) {
      this.repeats += 1;
      return;
    }
    if (version !== heard.last + 1) this.violations.push(`${id} was heard after version ${heard.last}`);
    heard.versions.add(version);
    heard.last = Math.max(heard.last, version);
  }

  /** Events of the log that did not come. `histories` is by stream. */
  missing(histories) {
    return [...histories.values()].flatMap(({ stream, events }) =>
      events.map((_, index) => index + 1).filter((version) => !this.#streams.get(stream)?.versions.has(version)),
    ).length;
  }

  /** Events that came and are not in the log. */
  unfounded(histories) {
    return [...this.#streams].flatMap(([stream, { versions }]) =>
      [...versions].filter((version) => version > (histories.get(stream)?.events.length ?? 0)),
    ).length;
  }
}

/** Hears every event by a durable queue of its own, over whatever happens to its connection, until the process ends. */
export class Subscriber {
  positions = new Positions();
  /** Messages on the exchange that are no event of ours. */
  strangers = 0;

  /** `connect` opens a connection of amqplib. The queue is there when this resolves. */
  static async open(connect, { exchange, queue }) {
    const subscriber = new Subscriber();
    const connection = await connect();
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queue, exchange, '#');
    await connection.close();
    void keepConnected(connect, (each) => subscriber.#listen(each, queue));
    return subscriber;
  }

  async #listen(connection, queue) {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(PREFETCH);
    await channel.consume(queue, (message) => {
      // The broker took the queue from us: begin anew.
      if (message === null) return void connection.close().catch(() => undefined);
      this.#hear(message);
      channel.ack(message);
    });
  }

  #hear(message) {
    const { id, source } = eventIn(message);
    if (typeof id === 'string' && source?.startsWith('/namespaces/')) this.positions.hear(id);
    else this.strangers += 1;
  }
}

function eventIn({ properties: { contentType }, content }) {
  if (contentType !== 'application/cloudevents+json') return {};
  try {
    return JSON.parse(content) ?? {};
  } catch {
    return {};
  }
}
