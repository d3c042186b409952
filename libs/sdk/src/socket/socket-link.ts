import { WebSocket } from 'ws';
import { backoffMs } from '../backoff.js';
import { BASE_PATH } from '../client/http-connection.js';

const CONNECT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 1_000;
/** A server that says nothing for so long is given up: the length of a lease. */
const SILENT_MS = 15_000;
const FRAME_BYTES_MAX = 16 * 1_048_576;

/** Where a session over a socket is, and when there is no use in coming back. */
export interface SocketPlace {
  readonly url: string;
  /** Under the base path. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes after which connecting again would not help, each with the reason in words. */
  readonly finalCloses: Readonly<Record<number, string>>;
}

/** What a link tells of what happens on it. */
export interface LinkEvents<In> {
  /** There is a connection, and nothing was said on it yet. */
  onUp(): void;
  onFrame(frame: In): void;
  /** It is gone, and comes back by itself. */
  onDown(why: string): void;
  /** It is over, and will not come back. */
  onRefused(why: string): void;
}

/** A connection to the server, frames of JSON in both directions, that comes back by itself. */
export class SocketLink<In, Out> {
  private readonly url: string;
  private socket: WebSocket | undefined;
  private tries = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly place: SocketPlace,
    private readonly events: LinkEvents<In>,
  ) {
    this.url = `${place.url.replace(/^http/, 'ws').replace(/\/+$/, '')}${BASE_PATH}${place.path}`;
  }

  /** What was sent and has not left yet, in bytes. */
  get bufferedBytes(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  open(): void {
    const socket = new WebSocket(this.url, {
      headers: this.place.headers,
      handshakeTimeout: CONNECT_WITHIN_MS,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
    });
    this.socket = socket;
    let why = '';
    socket.on('open', () => {
      this.listen(socket);
      this.events.onUp();
    });
    socket.on('message', (data) => {
      // Only who is heard is there: a server that greets and hangs up is not asked again and again without a pause.
      this.tries = 0;
      this.listen(socket);
      const frame = readFrame<In>((data as Buffer).toString());
      if (frame === undefined) socket.terminate();
      else this.events.onFrame(frame);
    });
    socket.on('error', (error) => (why = error.message || (error as NodeJS.ErrnoException).code || error.name));
    socket.on('close', (code, reason) => this.down(code, why || reason.toString() || `code ${code}`));
  }

  /** Sends a frame, if there is a connection; says whether there was. */
  send(frame: Out): boolean {
    return this.sendText(JSON.stringify(frame));
  }

  sendText(text: string): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(text);
    return true;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    socket.close(1000);
    this.timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
  }

  /** A server that is alive answers every beat; one that does not may be gone without a word. */
  private listen(socket: WebSocket): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => socket.terminate(), SILENT_MS);
  }

  private down(code: number, why: string): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    const final = this.place.finalCloses[code];
    if (final !== undefined) return this.events.onRefused(final);
    this.events.onDown(why);
    this.timer = setTimeout(() => this.open(), backoffMs(this.tries++));
  }
}

/** A frame; nothing where somebody else than our server speaks. */
function readFrame<In>(text: string): In | undefined {
  try {
    return JSON.parse(text) as In;
  } catch {
    return undefined;
  }
}
