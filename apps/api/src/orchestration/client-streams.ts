import type { DocumentReader } from '@orrery/application';
import { type ClientFrame, type ClientServerFrame, clientFrame } from '../contract/client-frames.js';
import { FrameSessions } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { ClientSession, type ClientSessionParts } from './client-session.js';

/** The sessions of clients over sockets. */
export class ClientStreams extends FrameSessions<ClientFrame, ClientServerFrame, ClientSession> {
  constructor(
    private readonly clients: ClientSessionParts,
    documents: DocumentReader,
  ) {
    super(clientFrame, { clock: clients.clock, bugs: clients.bugs, documents });
  }

  protected override open(
    _hello: ClientFrame,
    socket: FrameSocket<ClientServerFrame>,
    connectionId: string,
  ): ClientSession {
    const session = new ClientSession(socket, connectionId, this.clients);
    session.start();
    return session;
  }
}
