import { type Clock, LIVE_LIMITS } from '@orrery/application';
import type { RawData, WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import type { Bugs } from '../http/bugs.js';
import { FrameSocket } from '../http/frame-socket.js';
import type { Graphql, GraphqlSocket } from './open-graphql.js';

/** The subprotocol, which has to be named. */
export const GRAPHQL_PROTOCOL = 'graphql-transport-ws';
const STOPPING = 'the server stops: connect again';

/** What sockets need of the process. */
export interface GraphqlSocketsParts {
  readonly opened: () => Promise<Graphql>;
  readonly clock: Clock;
  readonly bugs: Bugs;
}

/** Who speaks GraphQL over a socket. */
export class GraphqlSockets {
  private readonly sockets = new Set<FrameSocket<never>>();
  private isLeaving = false;

  constructor(private readonly parts: GraphqlSocketsParts) {}

  accept(raw: WebSocket, connectionId: string): void {
    const socket = new FrameSocket<never>(raw);
    this.sockets.add(socket);
    const watch = this.watch(socket);
    let heard: (text: string) => Promise<void> = () => Promise.resolve();
    const spoken: GraphqlSocket = {
      protocol: raw.protocol,
      send: (text) => sent(raw, text),
      close: (code = CLOSE.goingAway, reason = '') => socket.close(code, reason),
      onMessage: (listener) => (heard = listener),
    };
    const conversation = this.parts.opened().then((graphql) => graphql.converse(spoken, connectionId));
    const failed = (error: unknown) => this.failed(socket, error);
    conversation.catch(failed);
    raw.on('message', (data) => {
      watch.heard();
      conversation.then(() => heard(textIn(data))).catch(failed);
    });
    raw.on('pong', watch.heard);
    raw.on('ping', () => socket.bound());
    raw.on('close', (code, reason) => {
      watch.end();
      socket.gone();
      this.sockets.delete(socket);
      conversation.then((over) => over(code, reason.toString())).catch(this.parts.bugs.tell);
    });
    // What is wrong with a connection ends it, and that is told as its close.
    raw.on('error', () => undefined);
    if (this.isLeaving) socket.close(CLOSE.goingAway, STOPPING);
  }

  /** The process stops: everybody is let go, and comes back with the last cursor. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    for (const socket of this.sockets) socket.close(CLOSE.goingAway, STOPPING);
  }

  private failed(socket: FrameSocket<never>, error: unknown): void {
    // A word that only a server says.
    if (String(error).includes('Unexpected message')) return socket.close(CLOSE.badFrame, (error as Error).message);
    this.parts.bugs.tell(error);
    socket.close(CLOSE.bug, 'something went wrong here');
  }

  /** Asks again and again whether somebody is there, and ends it where nobody answers. */
  private watch(socket: FrameSocket<never>) {
    const { clock } = this.parts;
    let heardAt = clock.now();
    let cancel = () => {};
    const look = () => {
      if (clock.now() - heardAt >= LIVE_LIMITS.silentMs) {
        return socket.close(CLOSE.silent, `nothing was heard for ${LIVE_LIMITS.silentMs} ms`);
      }
      socket.ping();
      cancel = clock.after(LIVE_LIMITS.heartbeatEveryMs, look);
    };
    cancel = clock.after(LIVE_LIMITS.heartbeatEveryMs, look);
    return {
      heard: () => {
        heardAt = clock.now();
      },
      end: () => cancel(),
    };
  }
}

/** Resolves when it was taken, so that whoever makes more waits for a slow reader; what is gone takes everything. */
function sent(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

function textIn(data: RawData): string {
  return (data as Buffer).toString();
}
