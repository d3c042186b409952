import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The server's end of a WebSocket, without a network: what was sent is kept, and read when the spec says so. */
export class FakeSocket extends EventEmitter {
  readonly sent: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  isPaused = false;
  bufferedAmount = 0;
  terminated = false;
  private readonly taken = new Set<Frame>();
  private wake = () => {};

  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  /** A frame from the worker. */
  receive(frame: unknown, isBinary = false): void {
    this.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), isBinary);
  }

  /** The next frame of a type to the worker, sent already or not. */
  async next<F extends Frame = Frame>(type: string): Promise<F> {
    for (;;) {
      const found = this.sent.find((frame) => frame.type === type && !this.taken.has(frame));
      if (found) {
        this.taken.add(found);
        return found as F;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
    this.wake();
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  ping(): void {}

  terminate(): void {
    this.terminated = true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}
