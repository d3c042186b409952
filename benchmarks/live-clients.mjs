// Subscribers of the live feed, in a process of their own: started by live.mjs, asked by messages. Each follows what it was
// told to by a client of its kind as anybody has it, notes what it hears and when, and comes back with the last cursor it has.
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-ws';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const QUERY = `subscription($after: String, $filter: LiveFilter) {
  events(after: $after, filter: $filter) { cursor workflowId version }
}`;
/** Not all at once, as any client. */
const pauseMs = () => 200 + Math.random() * 800;

const { url, subscribers } = JSON.parse(process.argv[2]);
const socketUrl = url.replace('http', 'ws');

class Subscriber {
  isConnected = false;
  /** The events of runs, each as `<run>:<version>`, and when each came. */
  heard = [];
  heardAt = [];

  constructor({ face, label }) {
    this.label = label;
    FACES[face](this);
  }

  hear({ workflowId, version }) {
    if (workflowId === null) return;
    this.heard.push(`${workflowId}:${version}`);
    this.heardAt.push(Date.now());
  }
}

const FACES = {
  sse(subscriber) {
    const { label } = subscriber;
    const query = new URLSearchParams({ after: 'start', ...(label && { label: `feed:${label}` }) });
    const source = new EventSource(`${url}/sse/events?${query}`);
    source.addEventListener('message', ({ data }) => subscriber.hear(JSON.parse(data)));
    source.addEventListener('open', () => (subscriber.isConnected = true));
    source.addEventListener('error', () => (subscriber.isConnected = false));
  },

  websocket(subscriber) {
    const filter = subscriber.label && { label: `feed:${subscriber.label}` };
    let after = 'start';
    const on = {
      subscribed: () => (subscriber.isConnected = true),
      event({ event }) {
        subscriber.hear(event);
        after = event.cursor;
      },
      heartbeat: ({ cursors }) => (after = cursors.it ?? after),
    };
    const connect = () => {
      const socket = new WebSocket(`${socketUrl}/ws`);
      socket.on('open', () => {
        socket.send('{"type":"hello"}');
        socket.send(JSON.stringify({ type: 'subscribe', id: 'it', filter, after }));
      });
      socket.on('message', (text) => {
        const frame = JSON.parse(String(text));
        on[frame.type]?.(frame);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        subscriber.isConnected = false;
        setTimeout(connect, pauseMs());
      });
    };
    connect();
  },

  graphql(subscriber) {
    const { label } = subscriber;
    // The client sends them anew with each connection.
    const variables = { after: 'start', filter: label && { labels: [{ name: 'feed', value: label }] } };
    const client = createClient({
      url: `${socketUrl}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: () => sleep(pauseMs()),
      on: { connected: () => (subscriber.isConnected = true), closed: () => (subscriber.isConnected = false) },
    });
    const fail = (error) => {
      console.error('a subscription in GraphQL ended:', error);
      process.exit(1);
    };
    const next = ({ data, errors }) => {
      if (errors) return fail(errors);
      subscriber.hear(data.events);
      variables.after = data.events.cursor;
    };
    client.subscribe({ query: QUERY, variables }, { next, error: fail, complete: () => fail('by itself') });
  },
};

const all = subscribers.map((each) => new Subscriber(each));

const asked = {
  connected: () => all.filter(({ isConnected }) => isConnected).length,
  heard: () => all.reduce((sum, { heard }) => sum + heard.length, 0),
  everything: () => all.map(({ heard, heardAt }) => ({ heard, heardAt })),
};
process.on('message', (what) => process.send(asked[what]()));
process.on('disconnect', () => process.exit(0));
