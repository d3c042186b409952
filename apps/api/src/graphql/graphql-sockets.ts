import { type Clock, LIVE_LIMITS } from '@orrery/application';
import type { WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import type { Bugs } from '../http/bugs.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { OpenSockets, type SocketEvents } from '../http/open-sockets.js';
import type { Graphql, GraphqlSocket } from './open-graphql.js';

/** The subprotocol, which has to be named. */
export const GRAPHQL_PROTOCOL = 'graphql-transport-ws';

/** What sockets need of the process. */
export interface GraphqlSocketsParts {
  readonly opened: () => Promise<Graphql>;
  readonly clock: Clock;
  readonly bugs: Bugs;
}

/** Who speaks GraphQL over a socket. */
export class GraphqlSockets {
  private readonly sockets: OpenSockets<never>;

  constructor(private readonly parts: GraphqlSocketsParts) {
    this.sockets = new OpenSockets(parts.clock);
  }

  accept(raw: WebSocket, connectionId: string): void {
    this.sockets.add(raw, (socket) => this.converse(raw, socket, connectionId));
  }

  /** The process stops: everybody is let go, and comes back with the last cursor. */
  async leave(): Promise<void> {
    this.sockets.leave();
  }

  private converse(raw: WebSocket, socket: FrameSocket<never>, connectionId: string): SocketEvents {
    const { opened, bugs } = this.parts;
    let heard: (text: string) => Promise<void> = () => Promise.resolve();
    const spoken: GraphqlSocket = {
      protocol: raw.protocol,
      send: (text) => sent(raw, text),
      close: (code = CLOSE.goingAway, reason = '') => socket.close(code, reason),
      onMessage: (listener) => (heard = listener),
    };
    const conversation = opened().then((graphql) => graphql.converse(spoken, connectionId));
    const failed = (error: unknown) => this.failed(socket, error);
    conversation.catch(failed);
    const stopAsking = this.askNowAndThen(socket);
    return {
      onMessage(data, isBinary) {
        if (isBinary) return socket.close(CLOSE.badFrame, 'frames are JSON text');
        conversation.then(() => heard(data.toString()).catch(failed), told);
      },
      onClose(code, reason) {
        stopAsking();
        conversation.then((over) => over(code, reason.toString()).catch(bugs.tell), told);
      },
      patienceMs: () => LIVE_LIMITS.silentMs,
      onSilence: (words) => socket.close(CLOSE.silent, words),
    };
  }

  private failed(socket: FrameSocket<never>, error: unknown): void {
    // A word that only a server says.
    if (String(error).includes('Unexpected message')) return socket.close(CLOSE.badFrame, (error as Error).message);
    this.parts.bugs.tell(error);
    socket.close(CLOSE.bug, 'something went wrong here');
  }

  /** Asks whether somebody is there, until what it answers is called. */
  private askNowAndThen(socket: FrameSocket<never>): () => void {
    let cancel = () => {};
    const askLater = () => {
      cancel = this.parts.clock.after(LIVE_LIMITS.heartbeatEveryMs, () => {
        socket.ping();
        askLater();
      });
    };
    askLater();
    return () => cancel();
  }
}

/** It could not begin, which was told already. */
const told = () => undefined;

/** Resolves when it was taken, so that whoever makes more waits for a slow reader; what is gone takes everything. */
function sent(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => socket.send(text, () => resolve()));
}
