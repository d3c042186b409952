import { SESSION_LIMITS } from '@orrery/contract';
import type { WebSocket } from 'ws';
import { CLOSE, type ClosingFrame } from '../contract/closes.js';

/** How long a close may take until the connection is simply ended, in milliseconds. */
const CLOSE_WITHIN_MS = 2_000;
/** What RFC 6455 leaves for the reason of a close; one that names a field of the client's may be longer. */
const REASON_BYTES_MAX = 123;

/** One end of a connection: frames out, with a bound on what waits for a slow reader. */
export class FrameSocket<Frame> {
  private closing = false;

  constructor(private readonly socket: WebSocket) {}

  /** What was sent and is not taken yet, in bytes. */
  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(frame: Frame | ClosingFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): void {
    if (this.closing) return;
    this.socket.send(text);
    this.bound();
  }

  /** Asks whether somebody is there still: what any WebSocket answers by itself. */
  ping(): void {
    if (!this.closing) this.socket.ping();
  }

  /** Ends it where too much waits for a slow reader. */
  bound(): void {
    if (this.bufferedBytes > SESSION_LIMITS.bufferedBytesMax) this.end(CLOSE.tooSlow, 'too much waits to be read');
  }

  /** Ends it for a reason of the protocol: in words first, for who logs frames, then as a code. */
  end(code: number, reason: string): void {
    if (this.closing) return;
    this.socket.send(JSON.stringify({ type: 'error', code: String(code), message: reason } satisfies ClosingFrame));
    this.close(code, reason);
  }

  /** The connection is gone already. */
  gone(): void {
    this.closing = true;
  }

  close(code: number, reason: string): void {
    if (this.closing) return;
    this.closing = true;
    this.socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, REASON_BYTES_MAX)
        .toString()
        .replace(/\uFFFD$/, ''),
    );
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref();
  }

  get isPaused(): boolean {
    return this.socket.isPaused;
  }

  /** Stops reading: what the other end sends waits in its own memory. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
