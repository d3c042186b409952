import type { Clock, DocumentReader } from '@orrery/application';
import { SESSION_LIMITS, faultsOf, readJson } from '@orrery/contract';
import { Invalid } from '@orrery/domain';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { CLOSE } from '../contract/closes.js';
import type { Bugs } from './bugs.js';
import type { FrameSocket } from './frame-socket.js';
import { OpenSockets } from './open-sockets.js';

/** Whoever is at the other end of a connection, once it has said hello. */
export interface FrameSession<In extends { readonly type: string }> {
  /** What each frame means; those that begin a session are not among them. */
  readonly on: { readonly [T in Exclude<In['type'], 'hello'>]: (frame: Extract<In, { readonly type: T }>) => void };
  /** The connection is gone. */
  end(): void;
  /** The process stops: resolves when everything that was sent is answered. */
  leave(): Promise<void>;
}

/** What all kinds of sessions need. */
export interface SessionsParts {
  readonly clock: Clock;
  readonly documents: DocumentReader;
  readonly bugs: Bugs;
}

/** A frame that cannot be understood, or comes out of turn. */
class FrameFault extends Error {
  constructor(
    readonly close: number,
    message: string,
  ) {
    super(message);
  }
}

/** Sessions of one kind over sockets: begun by a `hello`, ended with a reason. */
export abstract class FrameSessions<In extends { readonly type: string }, Out, Session extends FrameSession<In>> {
  private readonly sessions = new Set<Session>();
  private readonly sockets: OpenSockets<Out>;
  /** How long a session may say nothing, in milliseconds. */
  protected readonly silentMs: number = SESSION_LIMITS.leaseMs;

  constructor(
    private readonly frames: z.ZodType<In>,
    private readonly parts: SessionsParts,
  ) {
    this.sockets = new OpenSockets(parts.clock);
  }

  /** Begins a session with its first frame. */
  protected abstract open(hello: In, socket: FrameSocket<Out>, connectionId: string): Session;

  /** Takes a connection. Nothing is known of it until its first frame. */
  accept(raw: WebSocket, connectionId: string): void {
    this.sockets.add(raw, (socket) => {
      let session: Session | undefined;
      return {
        onMessage: (data, isBinary) => {
          try {
            const frame = this.read(data, isBinary);
            if (session) this.take(session, frame);
            else session = this.begin(socket, frame, connectionId);
          } catch (error) {
            this.refuse(socket, error);
          }
        },
        onClose: () => session && this.over(session),
        patienceMs: () => (session ? this.silentMs : SESSION_LIMITS.helloWithinMs),
        onSilence: (words) => socket.end(CLOSE.silent, words),
      };
    });
  }

  /** The process stops: everybody is told, answered, and let go. */
  async leave(): Promise<void> {
    this.sockets.refuse();
    await Promise.all([...this.sessions].map((session) => session.leave()));
    this.sockets.leave();
  }

  /** The connection of a session is gone. */
  protected over(session: Session): void {
    this.sessions.delete(session);
    session.end();
  }

  private read(data: Buffer, isBinary: boolean): In {
    if (isBinary) throw new FrameFault(CLOSE.badFrame, 'frames are JSON text');
    const value = readJson(data, this.parts.documents);
    const parsed = this.frames.safeParse(value);
    if (parsed.success) return parsed.data;
    const [fault] = faultsOf('body', parsed.error.issues, this.frames);
    throw new FrameFault(CLOSE.badFrame, `${fault?.pointer} ${fault?.message}`);
  }

  private begin(socket: FrameSocket<Out>, frame: In, connectionId: string): Session {
    if (frame.type !== 'hello') throw new FrameFault(CLOSE.outOfTurn, 'the first frame is a hello');
    const session = this.open(frame, socket, connectionId);
    this.sessions.add(session);
    return session;
  }

  private take(session: Session, frame: In): void {
    if (frame.type === 'hello') throw new FrameFault(CLOSE.outOfTurn, 'only the first frame is a hello');
    (session.on as { readonly [type: string]: (frame: never) => void })[frame.type]!(frame as never);
  }

  private refuse(socket: FrameSocket<Out>, error: unknown): void {
    if (error instanceof FrameFault) return socket.end(error.close, error.message);
    if (error instanceof Invalid) return socket.end(CLOSE.badFrame, error.message);
    this.parts.bugs.tell(error);
    socket.close(CLOSE.bug, 'something went wrong here');
  }
}
