import { ANONYMOUS, type DocumentReader } from '@orrery/application';
import { type ServerFrame, type WorkerFrame, workerFrame } from '../contract/worker-frames.js';
import type { Bugs } from '../http/bugs.js';
import { FrameSessions } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { type SessionParts, StreamSession } from './stream-session.js';

/** The sessions of workers over sockets: one a worker. */
export class WorkerStreams extends FrameSessions<WorkerFrame, ServerFrame, StreamSession> {
  private readonly byWorker = new Map<string, StreamSession>();

  constructor(
    private readonly workers: SessionParts,
    documents: DocumentReader,
    bugs: Bugs,
  ) {
    super(workerFrame, { clock: workers.clock, documents, bugs });
  }

  protected override open(
    hello: Extract<WorkerFrame, { type: 'hello' }>,
    socket: FrameSocket<ServerFrame>,
    connectionId: string,
  ): StreamSession {
    const { namespace } = ANONYMOUS;
    const session = new StreamSession(namespace, hello, socket, this.workers);
    this.byWorker.get(keyOf(session))?.replace();
    this.byWorker.set(keyOf(session), session);
    session.start(hello, connectionId);
    return session;
  }

  protected override over(session: StreamSession): void {
    if (this.byWorker.get(keyOf(session)) === session) this.byWorker.delete(keyOf(session));
    super.over(session);
  }
}

function keyOf({ namespace, workerId }: StreamSession): string {
  return `${namespace}/${workerId}`;
}
