import type { LiveEvent } from '../api/types.js';

/** What somebody on the page wants to hear. */
export interface Listener {
  /** Only of this run; of everything, if it is not said. */
  readonly workflow?: string;
  /** From here on all is told; again after each time that the connection was lost. What was before is to be asked for. */
  readonly onBegin: () => void;
  readonly onEvent: (event: LiveEvent) => void;
}

/** `opening` until the first answer; `down` when there was none, or no more: it is tried again all the time. */
export type FeedState = 'opening' | 'up' | 'down';

type Frame =
  | { readonly type: 'welcome' | 'heartbeat' | 'beat' | 'drain' }
  | { readonly type: 'subscribed' | 'unsubscribed' | 'refused'; readonly id: string }
  | { readonly type: 'event'; readonly id: string; readonly event: LiveEvent };

/** How long to wait before the connection is tried again, the first time and at most, in milliseconds. */
const AGAIN_MS = [250, 10_000] as const;
/** The server says something every 15 s: who says nothing for so long is gone. */
const SILENT_MS = 35_000;

/**
 * The live feed over one WebSocket, whoever listens on the page: a browser opens few streams of HTTP to a server, and any
 * number of sockets, so every window may have its own. It comes back by itself. The protocol is told in docs/live.md.
 */
export class Feed {
  private readonly listeners = new Map<string, Listener>();
  private socket: WebSocket | undefined;
  private state: FeedState = 'opening';
  private tries = 0;
  private ids = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly onState: (state: FeedState) => void,
  ) {}

  get isUp(): boolean {
    return this.state === 'up';
  }

  /** Connects at once, unless it is connected. */
  open(): void {
    clearTimeout(this.again);
    if (this.socket) return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.listen(socket);
    socket.onopen = () => this.send({ type: 'hello' });
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.listen(socket);
      this.take(JSON.parse(data) as Frame);
    };
    socket.onclose = () => this.lose(socket);
  }

  /** Hangs up, until it is opened again. */
  close(): void {
    this.hangUp();
    this.become('opening');
  }

  /** Tells a listener until it is told to stop. */
  add(listener: Listener): () => void {
    this.ids += 1;
    const id = String(this.ids);
    this.listeners.set(id, listener);
    if (this.isUp) this.subscribe(id, listener);
    return () => {
      this.listeners.delete(id);
      if (this.isUp) this.send({ type: 'unsubscribe', id });
    };
  }

  private take(frame: Frame): void {
    if (frame.type === 'event') return this.listeners.get(frame.id)?.onEvent(frame.event);
    if (frame.type === 'subscribed') return this.listeners.get(frame.id)?.onBegin();
    if (frame.type === 'welcome') return this.begin();
    // The server has too many listeners, or more than one has: the page asks by itself, and tries this seldom.
    if (frame.type !== 'refused' || !this.socket) return;
    this.tries = Infinity;
    this.lose(this.socket);
  }

  private begin(): void {
    this.tries = 0;
    this.become('up');
    for (const [id, listener] of this.listeners) this.subscribe(id, listener);
  }

  private subscribe(id: string, { workflow }: Listener): void {
    this.send({ type: 'subscribe', id, filter: { workflow } });
  }

  private send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  /** Something was heard; if nothing more is for long, the connection is gone, though nobody said so. */
  private listen(socket: WebSocket): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(socket), SILENT_MS);
  }

  private lose(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.hangUp();
    const [first, most] = AGAIN_MS;
    this.again = setTimeout(() => this.open(), Math.min(most, first * 2 ** this.tries) * (0.5 + Math.random() / 2));
    this.tries += 1;
    this.become('down');
  }

  private hangUp(): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.again);
    clearTimeout(this.silence);
    socket?.close();
  }

  private become(state: FeedState): void {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }
}
