import type { Clock } from '@orrery/application';
import type { RawData, WebSocket } from 'ws';
import { CLOSE } from '../contract/closes.js';
import { FrameSocket } from './frame-socket.js';

/** What is made of what happens on a connection. */
export interface SocketEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  /** It is gone. */
  onClose(code: number, reason: Buffer): void;
  /** How long it may say nothing, in milliseconds. */
  patienceMs(): number;
  /** It said nothing for longer. */
  onSilence(words: string): void;
}

const STOPPING = 'the server stops: connect again';

/** The connections of one kind: one that says nothing for too long is ended, and all are let go when the process stops. */
export class OpenSockets<Frame> {
  private readonly sockets = new Set<FrameSocket<Frame>>();
  private isLeaving = false;

  constructor(private readonly clock: Clock) {}

  add(raw: WebSocket, eventsOf: (socket: FrameSocket<Frame>) => SocketEvents): void {
    const socket = new FrameSocket<Frame>(raw);
    this.sockets.add(socket);
    const events = eventsOf(socket);
    const watch = this.watch(socket, events);
    raw.on('message', (data: RawData, isBinary) => {
      watch.heard();
      events.onMessage(data as Buffer, isBinary);
    });
    raw.on('pong', watch.heard);
    // Each is answered, also to who reads no answers.
    raw.on('ping', () => socket.bound());
    raw.on('close', (code, reason) => {
      watch.end();
      socket.gone();
      this.sockets.delete(socket);
      events.onClose(code, reason);
    });
    // What is wrong with a connection ends it, and that is told as its close.
    raw.on('error', () => undefined);
    if (this.isLeaving) socket.close(CLOSE.goingAway, STOPPING);
  }

  /** Whoever is just connecting comes too late. */
  refuse(): void {
    this.isLeaving = true;
  }

  /** Everybody is let go. */
  leave(): void {
    this.isLeaving = true;
    for (const socket of this.sockets) socket.close(CLOSE.goingAway, STOPPING);
  }

  private watch(socket: FrameSocket<Frame>, { patienceMs, onSilence }: SocketEvents) {
    const { clock } = this;
    let heardAt = clock.now();
    let cancel = () => {};
    const look = () => {
      const patience = patienceMs();
      const left = heardAt + patience - clock.now();
      // While answers are owed nothing is read, and nobody can be heard.
      if (left <= 0 && !socket.isPaused) return onSilence(`nothing was heard for ${patience} ms`);
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
