import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Frame {
  readonly type: string;
}

/** The server's side of a session, in the hands of a spec. */
export class FakeServer<In extends Frame, Out extends Frame> {
  private readonly frames: In[] = [];
  private readonly news = new EventEmitter();
  private readonly server: WebSocketServer;
  private socket: WebSocket | undefined;

  constructor(path: string) {
    this.server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: `/api/v1${path}` });
    this.server.on('connection', (socket) => {
      this.socket = socket;
      socket.on('message', (data) => {
        this.frames.push(JSON.parse((data as Buffer).toString()) as In);
        this.news.emit('frame');
      });
    });
  }

  async listening(): Promise<void> {
    if (this.server.address() === null) await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next frame of a type, leaving out others that came before. */
  async next<Type extends In['type']>(type: Type): Promise<Extract<In, { readonly type: Type }>> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.type === type);
      if (index >= 0) return this.frames.splice(0, index + 1).at(-1) as Extract<In, { readonly type: Type }>;
      await once(this.news, 'frame');
    }
  }

  /** What came and was not asked for yet. */
  get unread(): readonly In[] {
    return this.frames;
  }

  send(frame: Out): void {
    this.socket!.send(JSON.stringify(frame));
  }

  hangUp(code = 1001): void {
    this.socket!.close(code);
  }

  /** Resolves when the connection is closed: all that was sent on it has been heard. */
  async left(): Promise<void> {
    if (this.socket!.readyState !== this.socket!.CLOSED) await once(this.socket!, 'close');
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}
