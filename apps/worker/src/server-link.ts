import { WebSocket } from 'ws';
import { FINAL_CLOSES, type ServerFrame, type WorkerFrame } from './frames.js';

/** The pause before another attempt to connect doubles from the first to the last, in milliseconds. */
const PAUSE_FIRST_MS = 100;
const PAUSE_LAST_MS = 5_000;
const CONNECT_WITHIN_MS = 10_000;
/** A server that says nothing for so long is given up: the length of a lease. */
const SILENT_MS = 15_000;
const FRAME_BYTES_MAX = 16 * 1_048_576;

/** What a link tells of what happens on it. */
export interface LinkEvents {
  /** There is a connection, and nothing was said on it yet. */
  onUp(): void;
  onFrame(frame: ServerFrame): void;
  onDown(why: string): void;
  /** It is over, and will not come back. */
  onRefused(why: string): void;
}

/** A connection to the server that comes back by itself. */
export class ServerLink {
  private readonly url: string;
  private socket: WebSocket | undefined;
  private pauseMs = PAUSE_FIRST_MS;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    url: string,
    private readonly events: LinkEvents,
  ) {
    this.url = `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/api/v1/tasks/stream`;
  }

  open(): void {
    const socket = new WebSocket(this.url, {
      handshakeTimeout: CONNECT_WITHIN_MS,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
    });
    this.socket = socket;
    let why = '';
    socket.on('open', () => {
      this.pauseMs = PAUSE_FIRST_MS;
      this.listen(socket);
      this.events.onUp();
    });
    socket.on('message', (data) => {
      this.listen(socket);
      this.events.onFrame(JSON.parse((data as Buffer).toString('utf8')) as ServerFrame);
    });
    socket.on('error', (error) => (why = error.message || (error as NodeJS.ErrnoException).code || error.name));
    socket.on('close', (code, reason) => this.down(code, why || reason.toString() || `code ${code}`));
  }

  /** Sends a frame, if there is a connection; says whether there was. */
  send(frame: WorkerFrame): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  /** A server that is alive answers every beat; one that does not may be gone without a word. */
  private listen(socket: WebSocket): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => socket.terminate(), SILENT_MS);
  }

  private down(code: number, why: string): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    const final = FINAL_CLOSES[code];
    if (final !== undefined) return this.events.onRefused(final);
    this.events.onDown(why);
    // Many workers lose a server at once, and are not all to come back at once.
    this.timer = setTimeout(() => this.open(), this.pauseMs * (0.5 + Math.random()));
    this.pauseMs = Math.min(this.pauseMs * 2, PAUSE_LAST_MS);
  }
}
