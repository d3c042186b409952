import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A way to a PostgreSQL that tells which statements went along it. */
export interface StatementTap {
  /** Leads there, through here. */
  readonly url: string;
  /** The texts of all statements that were executed, in order. */
  readonly statements: readonly string[];
  close(): Promise<void>;
}

export async function tapStatements(databaseUrl: string): Promise<StatementTap> {
  const { hostname, port } = new URL(databaseUrl);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const messages = new Messages(statements);
    const database = connect(Number(port || 5432), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (bytes) => messages.read(bytes));
    client.pipe(database).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url.href, statements, close: () => closed(server, sockets) };
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** What a client says in PostgreSQL's protocol 3: one message after another, the first of them without a type. */
class Messages {
  private bytes = Buffer.alloc(0);
  private hasBegun = false;
  private readonly prepared = new Map<string, string>();

  constructor(private readonly statements: string[]) {}

  read(more: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, more]);
    for (let size = this.nextSize(); size !== undefined && size <= this.bytes.length; size = this.nextSize()) {
      const message = this.bytes.subarray(0, size);
      this.bytes = this.bytes.subarray(size);
      if (this.hasBegun) this.note(String.fromCharCode(message[0]!), message.subarray(5));
      this.hasBegun = true;
    }
  }

  /** Its length counts itself, but not the type before it. */
  private nextSize(): number | undefined {
    const before = this.hasBegun ? 1 : 0;
    return this.bytes.length < before + 4 ? undefined : before + this.bytes.readInt32BE(before);
  }

  private note(type: string, body: Buffer): void {
    const [first = '', second = ''] = body.toString('latin1').split('\0');
    if (type === 'P') this.prepared.set(first, second);
    if (type === 'B') this.statements.push(this.prepared.get(second) ?? second);
    if (type === 'Q') this.statements.push(first);
  }
}
