import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

type Fate = 'pass' | 'swallow the reply' | 'swallow the request' | 'black hole' | 'refuse';

/** Stands between a client and the server, and loses what it is told to lose. For tests. */
export class LossyProxy {
  private fate: Fate = 'pass';
  private readonly sockets = new Set<Socket>();
  private readonly lost = new WeakSet<Socket>();

  private constructor(
    private readonly server: Server,
    /** The URL of the server, by way of this proxy. */
    readonly url: string,
  ) {}

  static async before(target: string): Promise<LossyProxy> {
    const { hostname, port } = new URL(target);
    // What is over in one direction is over in the other only when it is told so, which may be lost.
    const server = createServer({ allowHalfOpen: true }, (client) =>
      proxy.join(client, connect({ port: Number(port || 5432), host: hostname, allowHalfOpen: true })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = `${(server.address() as AddressInfo).port}`;
    const proxy = new LossyProxy(server, url.href);
    return proxy;
  }

  /** The next request is carried out, its reply is swallowed, and the connection cut. */
  swallowReply(): void {
    this.fate = 'swallow the reply';
  }

  /** The next request is swallowed, and the connection cut. */
  swallowRequest(): void {
    this.fate = 'swallow the request';
  }

  /** From now on nothing arrives, and nobody is told. */
  blackHole(): void {
    this.fate = 'black hole';
  }

  /** New connections get through; those that were lost in the black hole stay lost, and the server is not told. */
  forget(): void {
    this.fate = 'pass';
    for (const socket of this.sockets) this.lost.add(socket);
  }

  /** Everything is cut, and nobody gets through until `pass`. */
  refuse(): void {
    this.cut();
    this.fate = 'refuse';
  }

  pass(): void {
    this.fate = 'pass';
  }

  /** Everything is cut, and passes again afterwards. */
  cut(): void {
    this.fate = 'pass';
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, upstream: Socket): void {
    if (this.fate === 'refuse') client.destroy();
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('end', () => this.passes(socket) && socket.end());
      socket.once('close', () => {
        this.sockets.delete(socket);
        if (this.fate !== 'black hole') (socket === client ? upstream : client).destroy();
      });
    }
    client.on('data', (chunk) => {
      if (this.fate === 'swallow the request') this.cut();
      else if (this.passes(client)) upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (this.fate === 'swallow the reply') this.cut();
      else if (this.passes(upstream)) client.write(chunk);
    });
  }

  private passes(socket: Socket): boolean {
    return this.fate !== 'black hole' && !this.lost.has(socket);
  }
}
