import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded-postgres.js';
import { temporaryDirectory } from '../testing/index.js';
import { findDataDirectory } from './data-directory.js';
import { openDatabase } from './database.js';

let directory: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  directory = await temporaryDirectory();
  server = await openEmbeddedPostgres({ dataDirectory: directory, stateDirectory: directory, keepRunning: false });
}, 60_000);
afterAll(() => server.stop());

/** A message of PostgreSQL's protocol: its type, its length, and what it says. */
function message(type: string, ...said: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(said.map((each) => (typeof each === 'string' ? Buffer.from(each) : each)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Lets a client in, and ends its session before it has asked for anything. */
function letInAndDie(socket: Socket): void {
  const why = ['S', 'FATAL\0', 'C', '57P01\0', 'M', 'terminating connection due to unexpected postmaster exit\0', '\0'];
  const isIn = [message('R', Buffer.alloc(4)), message('Z', 'I')];
  socket.once('data', () => socket.end(Buffer.concat([...isIn, message('E', ...why)])));
}

it('asks again where a dying server ends the session of whoever it has just let in', async () => {
  const { port, password } = new URL(server.url);
  let sessions = 0;
  const proxy = createServer((socket) => {
    sessions += 1;
    if (sessions === 1) return letInAndDie(socket);
    socket.pipe(connect(Number(port), '127.0.0.1')).pipe(socket);
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  try {
    const through = (proxy.address() as AddressInfo).port;
    await expect(openDatabase(through, password, findDataDirectory(directory))).resolves.toContain(`:${through}/`);
    expect(sessions).toBe(2);
  } finally {
    proxy.close();
  }
});
