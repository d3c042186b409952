import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded-postgres.js';
import { type Child, endChildren, kill, startChild } from '../testing/child.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../testing/temporary-directory.js';

jest.setTimeout(60_000);

// Who runs whom: PostgreSQL refuses to be root, and an ordinary user can only be himself.
/** Only root can become another user. */
const asRoot = (name: string, run: () => Promise<void>, timeoutMs?: number) =>
  (process.getuid?.() === 0 ? it : it.skip)(`${name} (needs root)`, run, timeoutMs);
/** A user that every machine has; one that none has. */
const daemon = { uid: 1, gid: 1 };
const nameless = { uid: 54_321, gid: 54_321 };

let directory: string;
let children: Child[];
let servers: EmbeddedPostgres[];
let lines: string[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  children = [];
  servers = [];
  lines = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  for (const child of children) {
    if (child.process.exitCode === null && child.process.signalCode === null) {
      const exited = new Promise((done) => child.process.once('exit', done));
      // One that was refused is ending by itself, and may not hear this any more.
      child.process.stdin?.on('error', () => undefined).write('stop\n');
      await exited;
    }
  }
  await removeTemporaryDirectories();
});

afterAll(endChildren);

async function open(dataDirectory: string): Promise<EmbeddedPostgres> {
  const options = { dataDirectory, stateDirectory: join(directory, 'state'), log: (line: string) => lines.push(line) };
  const server = await openEmbeddedPostgres(options);
  servers.push(server);
  return server;
}

async function openAs(user: { uid: number; gid: number }, dataDirectory: string): Promise<Child> {
  const child = await startChild({ dataDirectory }, user);
  children.push(child);
  return child;
}

async function userOfServer(dataDirectory: string): Promise<number> {
  const pid = Number.parseInt(await readFile(join(dataDirectory, 'postgres/postmaster.pid'), 'utf8'), 10);
  return (await stat(`/proc/${pid}`)).uid;
}

async function homeOf(user: { uid: number; gid: number }): Promise<string> {
  const home = join(directory, 'home');
  await mkdir(home, { mode: 0o700 });
  await chown(home, user.uid, user.gid);
  return home;
}

asRoot('runs the server as nobody when we are root', async () => {
  const dataDirectory = join(directory, 'a', 'b', 'data');
  const umask = process.umask(0o077);
  await open(dataDirectory).finally(() => process.umask(umask));
  expect(await userOfServer(dataDirectory)).toBe(65534);
});

asRoot('takes over a directory of ours that nobody else may enter', async () => {
  const dataDirectory = join(directory, 'data');
  await mkdir(dataDirectory, { mode: 0o700 });
  expect(await open(dataDirectory)).toMatchObject({ dataDirectory });
});

asRoot(
  'keeps root’s data elsewhere when it lies under a closed home, the same place each time, and says so',
  async () => {
    const asked = join(await homeOf({ uid: 0, gid: 0 }), 'orrery', 'data');
    const first = await open(asked);
    expect(first.dataDirectory).toMatch(new RegExp(`^${directory}/state/data-[0-9a-f]{12}$`));
    expect(lines).toEqual([expect.stringContaining(`Data is kept in ${first.dataDirectory}`)]);
    await first.stop();
    expect(await open(asked)).toMatchObject({ dataDirectory: first.dataDirectory, port: first.port });
    expect(await readdir(join(directory, 'home'))).toEqual([]);
  },
);

asRoot('goes on with data kept elsewhere after the home was opened', async () => {
  const home = await homeOf({ uid: 0, gid: 0 });
  const first = await open(join(home, 'data'));
  await first.stop();
  await chmod(home, 0o755);
  expect(await open(join(home, 'data'))).toMatchObject({ dataDirectory: first.dataDirectory });
});

asRoot('refuses to start afresh beside data that has become unreachable', async () => {
  const home = await homeOf({ uid: 0, gid: 0 });
  await chmod(home, 0o755);
  await (await open(join(home, 'data'))).stop();
  await chmod(home, 0o700);
  await expect(open(join(home, 'data'))).rejects.toMatchObject({ code: 'data-directory.unreachable' });
});

asRoot('leaves data to the user it belongs to, also when root starts the server', async () => {
  const dataDirectory = join(await homeOf(daemon), 'data');
  const child = await openAs(daemon, dataDirectory);
  expect(child.said).toMatchObject({ adopted: false, dataDirectory });
  expect(await userOfServer(dataDirectory)).toBe(daemon.uid);
  await kill(child.process, 'SIGKILL');

  const adopted = await open(dataDirectory);
  expect(adopted).toMatchObject({ adopted: true, dataDirectory });
  await adopted.stop();
  await rm(join(dataDirectory, 'port'));
  await rm(join(dataDirectory, 'postgres.log'));
  const ours = await open(dataDirectory);
  expect(await userOfServer(dataDirectory)).toBe(daemon.uid);
  await ours.stop();
  expect((await openAs(daemon, dataDirectory)).said).toMatchObject({ adopted: false, dataDirectory });
});

asRoot('gives data that has come to belong to root to the server’s user again', async () => {
  const dataDirectory = join(directory, 'data');
  await (await open(dataDirectory)).stop();
  await chown(join(dataDirectory, 'postgres'), 0, 0);
  await chmod(join(dataDirectory, 'postgres'), 0o755);
  await open(dataDirectory);
  expect((await stat(join(dataDirectory, 'postgres'))).mode & 0o777).toBe(0o700);
});

asRoot('tells an ordinary user whose data it is', async () => {
  const dataDirectory = join(directory, 'data');
  await (await open(dataDirectory)).stop();
  await chmod(dataDirectory, 0o777);
  const { said } = await openAs(daemon, dataDirectory);
  expect(said.code).toBe('data-directory.other-owner');
  expect(said.message).toMatch(/belongs to user 65534, and this process runs as user 1[^]*chown -R 1/);
});

it('tells an ordinary user that he may not write there', async () => {
  const data = join(directory, 'data');
  if (process.getuid?.() === 0) {
    const { said } = await openAs(daemon, data);
    expect(said.code).toBe('data-directory.not-writable');
    expect(said.message).toMatch(/EACCES[^]*--data/);
    return;
  }
  await chmod(directory, 0o500);
  await expect(open(data)).rejects.toMatchObject({ code: 'data-directory.not-writable' });
  await chmod(directory, 0o755);
});

asRoot('makes data for a user without a name, but cannot as such a user', async () => {
  const home = await homeOf(nameless);
  const { said } = await openAs(nameless, join(home, 'data'));
  expect(said.code).toBe('postgres.nameless-user');
  await chmod(home, 0o755);
  await open(home);
  expect(await userOfServer(home)).toBe(nameless.uid);
});

it('says that a file stands where the directory should', async () => {
  await writeFile(join(directory, 'data'), '');
  await expect(open(join(directory, 'data'))).rejects.toMatchObject({ code: 'data-directory.not-a-directory' });
  await expect(open(join(directory, 'data', 'deeper'))).rejects.toMatchObject({
    code: 'data-directory.not-a-directory',
  });
});
