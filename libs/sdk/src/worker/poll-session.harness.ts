import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that waits for the spec to answer it. */
export interface Asked {
  readonly path: string;
  readonly body: { readonly [field: string]: unknown };
  answer(body: object, status?: number): void;
  /** Whoever stands before the server answers in words of its own. */
  turnAway(status: number): void;
  /** Breaks the connection instead. */
  drop(): void;
  readonly gone: Promise<unknown>;
}

/** The server of a worker that polls, in the hands of a spec. */
export class FakeApi {
  private readonly waiting: Asked[] = [];
  private readonly news = new EventEmitter();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.take(request, response)).listen(0, '127.0.0.1');
  }

  async listening(): Promise<void> {
    if (!this.server.listening) await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next request to a path that ends so. */
  async next(end: string): Promise<Asked> {
    for (;;) {
      const index = this.waiting.findIndex(({ path }) => path.endsWith(end));
      if (index >= 0) return this.waiting.splice(index, 1)[0]!;
      await once(this.news, 'asked');
    }
  }

  /** Hands tasks to whoever polls: names are all that differs. */
  async hand(...names: readonly string[]): Promise<Asked> {
    const poll = await this.next('/tasks/poll');
    const tasks = names.map((id) => ({
      id,
      leaseToken: `1.${id}`,
      input: id,
      type: 'work',
      attempt: 1,
      deadline: null,
    }));
    poll.answer({ tasks });
    return poll;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = once(response, 'close');
    const body = JSON.parse(await text(request)) as Asked['body'];
    const answer = (answered: object, status = 200) => {
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': type }).end(JSON.stringify(answered));
    };
    const turnAway = (status: number) =>
      void response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
    const drop = () => void request.socket.destroy();
    this.waiting.push({ path: request.url!, body, answer, turnAway, drop, gone });
    this.news.emit('asked');
  }
}
