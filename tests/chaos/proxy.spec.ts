import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

interface Proxy {
  readonly port: number;
  readonly connections: number;
  url(direct: string): string;
  pass(): void;
  cut(): void;
  reset(): void;
  blackHole(): void;
  halfOpen(): void;
  close(): Promise<void>;
}

// The script is plain JavaScript, for it is run without a build.
const script: string = './proxy.mjs';
const { Proxy } = (await import(script)) as { Proxy: { before(target: object): Promise<Proxy> } };

let server: Server;
let accepted: Socket[];
let proxy: Proxy;
let clients: Socket[];

beforeEach(async () => {
  [accepted, clients] = [[], []];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await Proxy.before({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await proxy.close();
  server.close();
});

async function client(port = proxy.port): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket, words: string): Promise<string> {
  const heard = once(socket, 'data');
  socket.write(words);
  return String((await heard)[0]);
}

/** The socket's end, and the error that it came with. */
function end(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let code = 'in order';
    socket.once('error', (error: NodeJS.ErrnoException) => (code = error.code ?? 'unknown'));
    socket.once('close', () => resolve(code));
  });
}

describe('A proxy', () => {
  it('lets everything pass, and says where it is', async () => {
    expect(await echo(await client(), 'hello')).toBe('hello');
    expect(proxy.url('postgres://me:secret@db:5432/orrery')).toBe(
      `postgres://me:secret@127.0.0.1:${proxy.port}/orrery`,
    );
    expect(proxy.connections).toBe(1);
  });

  it('lets everything pass once, however often it is told to', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    const heard: string[] = [];
    accepted[0]!.on('data', (words) => heard.push(String(words)));
    proxy.pass();
    await echo(socket, 'once');
    await echo(await client(), 'later');
    expect(heard).toEqual(['once']);
  });

  it('ends connections, and lets in nobody until it passes again', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    const ends = [end(socket), end(accepted[0]!)];
    proxy.cut();
    await Promise.all(ends);
    await end(await client());
    expect(accepted).toHaveLength(1);
    proxy.pass();
    expect(await echo(await client(), 'again')).toBe('again');
    expect(proxy.connections).toBe(1);
  });

  it('breaks connections off by a RST', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    const ends = [end(socket), end(accepted[0]!)];
    proxy.reset();
    expect(await Promise.all(ends)).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('is a black hole, from which everything comes back', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    proxy.blackHole();
    const heard: string[] = [];
    accepted[0]!.on('data', (words) => heard.push(String(words)));
    const late = await client();
    socket.write('lost?');
    late.write('and this?');
    // Past the proxy, words arrive meanwhile.
    const direct = await client((server.address() as AddressInfo).port);
    expect(await echo(direct, 'hello')).toBe('hello');
    expect([heard, accepted.length]).toEqual([[], 2]);
    const answers = Promise.all([once(socket, 'data'), once(late, 'data')]);
    proxy.pass();
    expect((await answers).map(([words]) => String(words))).toEqual(['lost?', 'and this?']);
  });

  it('tells of an end in the black hole when it passes again', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    proxy.blackHole();
    const told = end(accepted[0]!);
    socket.resetAndDestroy();
    await end(socket);
    proxy.pass();
    await told;
    expect(proxy.connections).toBe(0);
  });

  it('leaves half a connection, whose client hears nothing more', async () => {
    const socket = await client();
    await echo(socket, 'hello');
    const told = end(accepted[0]!);
    proxy.halfOpen();
    await told;
    socket.write('nobody hears');
    expect(await echo(await client(), 'a new one')).toBe('a new one');
    expect(socket.destroyed).toBe(false);
    expect(proxy.connections).toBe(2);
    const gone = end(socket);
    socket.destroy();
    await gone;
  });
});
