import type { Clock, DocumentReader } from '@orrery/application';
import { SESSION_LIMITS, faultsOf, readJson } from '@orrery/contract';
import { Invalid } from '@orrery/domain';
import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import { CLOSE } from '../contract/closes.js';
import type { Bugs } from './bugs.js';
import { FrameSocket } from './frame-socket.js';

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

const STOPPING = 'the server stops: connect again';

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
  private readonly sockets = new Set<FrameSocket<Out>>();
  private isLeaving = false;
  /** How long a session may say nothing, in milliseconds. */
  protected readonly silentMs: number = SESSION_LIMITS.leaseMs;

  constructor(
    private readonly frames: z.ZodType<In>,
    private readonly parts: SessionsParts,
  ) {}

  /** Begins a session with its first frame. */
  protected abstract open(hello: In, socket: FrameSocket<Out>, connectionId: string): Session;

  /** Takes a connection. Nothing is known of it until its first frame. */
  accept(raw: WebSocket, connectionId: string): void {
    const socket = new FrameSocket<Out>(raw);
    this.sockets.add(socket);
    let session: Session | undefined;
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
    raw.on('pong', watch.heard);
    // Each is answered, also to who reads no answers.
    raw.on('ping', () => socket.bound());
    raw.on('close', () => {
      watch.end();
      socket.gone();
      this.sockets.delete(socket);
      if (session) this.over(session);
    });
    // What is wrong with a connection ends it, and that is told as its close.
    raw.on('error', () => undefined);
    if (this.isLeaving) socket.close(CLOSE.goingAway, STOPPING);
  }

  /** The process stops: everybody is told, answered, and let go. */
  async leave(): Promise<void> {
    // Whoever is just connecting comes too late.
    this.isLeaving = true;
    await Promise.all([...this.sessions].map((session) => session.leave()));
    for (const socket of this.sockets) socket.close(CLOSE.goingAway, STOPPING);
  }

  /** The connection of a session is gone. */
  protected over(session: Session): void {
    this.sessions.delete(session);
    session.end();
  }

  private read(data: RawData, isBinary: boolean): In {
    if (isBinary) throw new FrameFault(CLOSE.badFrame, 'frames are JSON text');
    const value = readJson(data as Buffer, this.parts.documents);
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

  /** Ends a connection that says nothing: its hello within seconds, then its beats in time. */
  private watch(socket: FrameSocket<Out>, session: () => Session | undefined) {
    const { clock } = this.parts;
    let heardAt = clock.now();
    let cancel = () => {};
    const look = () => {
      const patience = session() ? this.silentMs : SESSION_LIMITS.helloWithinMs;
      const left = heardAt + patience - clock.now();
      // While answers are owed nothing is read, and nobody can be heard.
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
