import { createServer, type Socket } from 'node:net';
import { Client } from 'pg';

/** A pooler as small as can be: it lends a connection of the server to a client for one transaction. */
export interface TransactionPooler {
  readonly url: string;
  close(): Promise<void>;
}

interface Waiting {
  readonly client: Socket;
  readonly bytes: Buffer;
}

const WELCOME = Buffer.concat([
  // Authentication is not asked for; the session is ready.
  Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]),
  Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
]);
const READY_AND_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const TERMINATE = 0x58;

/** Lends `size` connections: the one used last, or the one that has rested longest. */
export async function startTransactionPooler(
  serverUrl: string,
  { size, lends }: { size: number; lends: 'newest' | 'oldest' },
): Promise<TransactionPooler> {
  const backends: Client[] = [];
  const idle: Socket[] = [];
  const lent = new Map<Socket, Socket>();
  const waiting: Waiting[] = [];

  function lend(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const { client, bytes } = waiting.shift() as Waiting;
      const backend = lent.get(client) ?? ((lends === 'oldest' ? idle.shift() : idle.pop()) as Socket);
      lent.set(client, backend);
      backend.write(bytes);
    }
  }

  function takeBack(client: Socket, backend: Socket): void {
    lent.delete(client);
    idle.push(backend);
    lend();
  }

  for (let each = 0; each < size; each++) {
    const backend = new Client(serverUrl);
    backend.on('error', () => undefined);
    await backend.connect();
    backends.push(backend);
    const stream = socketOf(backend);
    stream.removeAllListeners('data');
    stream.on('data', (bytes) => {
      const [client] = [...lent].find(([, lentOne]) => lentOne === stream) ?? [];
      client?.write(bytes);
      if (client && bytes.subarray(-READY_AND_IDLE.length).equals(READY_AND_IDLE)) takeBack(client, stream);
    });
    idle.push(stream);
  }

  const server = createServer((client) => {
    client.once('data', () => {
      client.write(WELCOME);
      client.on('data', (bytes: Buffer) => {
        if (bytes[0] === TERMINATE) client.end();
        else if (lent.has(client)) lent.get(client)?.write(bytes);
        else waiting.push({ client, bytes });
        lend();
      });
    });
    client.on('error', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    url: `postgres://anybody@127.0.0.1:${port}/any`,
    async close() {
      server.close();
      for (const backend of backends) socketOf(backend).end();
    },
  };
}

/** The bytes themselves, below what the driver makes of them. */
function socketOf(client: Client): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
