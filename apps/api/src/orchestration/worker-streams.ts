import { ANONYMOUS, type DocumentReader } from '@orrery/application';
import { Invalid } from '@orrery/domain';
import type { RawData, WebSocket } from 'ws';
import { SESSION_LIMITS } from '../contract/api-limits.js';
import { CLOSE, type WorkerFrame, workerFrame } from '../contract/worker-frames.js';
import type { Bugs } from '../http/bugs.js';
import { faultsOf } from '../http/request-faults.js';
import { readJson } from '../http/strict-json.js';
import { type SessionParts, StreamSession } from './stream-session.js';
import { WorkerSocket } from './worker-socket.js';

/** A frame that cannot be understood, or comes out of turn. */
class FrameFault extends Error {
  constructor(
    readonly close: number,
    message: string,
  ) {
    super(message);
  }
}

/** The sessions of workers over sockets: begun by a `hello`, one a worker. */
export class WorkerStreams {
  private readonly sessions = new Map<string, StreamSession>();
  private readonly sockets = new Set<WorkerSocket>();

  constructor(
    private readonly parts: SessionParts,
    private readonly documents: DocumentReader,
    private readonly bugs: Bugs,
  ) {}

  /** Takes a connection. Nothing is known of it until its first frame. */
  accept(raw: WebSocket, connectionId: string): void {
    const socket = new WorkerSocket(raw);
    this.sockets.add(socket);
    let session: StreamSession | undefined;
    const watch = this.watch(socket, () => session);
    raw.on('message', (data, isBinary) => {
      watch.heard();
      try {
        const frame = this.read(data, isBinary);
        if (session) this.take(session, frame);
        else session = this.begin(socket, frame, connectionId);
      } catch (error) {
        this.refuse(socket, error);
      }
    });
    raw.on('close', () => {
      watch.end();
      socket.gone();
      this.sockets.delete(socket);
      if (session) this.over(session);
    });
    // What is wrong with a connection ends it, and that is told as its close.
    raw.on('error', () => undefined);
  }

  /** The process stops: every worker is told, answered, and let go. */
  async leave(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.leave()));
    for (const socket of this.sockets) socket.close(CLOSE.goingAway, 'the server stops: connect again');
  }

  private read(data: RawData, isBinary: boolean): WorkerFrame {
    if (isBinary) throw new FrameFault(CLOSE.badFrame, 'frames are JSON text');
    const value = readJson(data as Buffer, this.documents);
    const parsed = workerFrame.safeParse(value);
    if (parsed.success) return parsed.data;
    const [fault] = faultsOf('body', parsed.error.issues, workerFrame);
    throw new FrameFault(CLOSE.badFrame, `${fault?.pointer} ${fault?.message}`);
  }

  private begin(socket: WorkerSocket, frame: WorkerFrame, connectionId: string): StreamSession {
    if (frame.type !== 'hello') throw new FrameFault(CLOSE.outOfTurn, 'the first frame is a hello');
    const session = new StreamSession(ANONYMOUS.namespace, frame, socket, this.parts);
    this.sessions.get(keyOf(session))?.replace();
    this.sessions.set(keyOf(session), session);
    session.start(frame, connectionId);
    return session;
  }

  private take(session: StreamSession, frame: WorkerFrame): void {
    if (frame.type === 'hello') throw new FrameFault(CLOSE.outOfTurn, 'only the first frame is a hello');
    (session.on[frame.type] as (frame: WorkerFrame) => void)(frame);
  }

  private refuse(socket: WorkerSocket, error: unknown): void {
    if (error instanceof FrameFault) return socket.end(error.close, error.message);
    if (error instanceof Invalid) return socket.end(CLOSE.badFrame, error.message);
    this.bugs.tell(error);
    socket.close(CLOSE.bug, 'something went wrong here');
  }

  private over(session: StreamSession): void {
    if (this.sessions.get(keyOf(session)) === session) this.sessions.delete(keyOf(session));
    session.end();
  }

  /** Ends a connection that says nothing: its hello within seconds, then its beats within a lease. */
  private watch(socket: WorkerSocket, session: () => StreamSession | undefined) {
    const { clock } = this.parts;
    let heardAt = clock.now();
    let cancel = () => {};
    const look = () => {
      const patience = session() ? SESSION_LIMITS.leaseMs : SESSION_LIMITS.helloWithinMs;
      const left = heardAt + patience - clock.now();
      // While results wait to be recorded nothing is read, and nobody can be heard.
      if (left <= 0 && !socket.isPaused) return socket.end(CLOSE.silent, `nothing was heard for ${patience} ms`);
      cancel = clock.after(Math.max(left, 1_000), look);
    };
    look();
    return {
      heard: () => {
        heardAt = clock.now();
      },
      end: () => cancel(),
    };
  }
}

function keyOf({ namespace, workerId }: StreamSession): string {
  return `${namespace}/${workerId}`;
}
