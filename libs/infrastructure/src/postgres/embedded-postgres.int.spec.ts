import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { isRunning } from './embedded/processes.js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.js';
import { endChildren, kill, spawnChild, startChild } from './testing/child.js';
import { removeTemporaryDirectories, temporaryDirectory } from './testing/temporary-directory.js';

jest.setTimeout(60_000);

let shared: string;
let dataDirectory: string;
let servers: EmbeddedPostgres[];
let lines: string[];

const pidFile = () => join(dataDirectory, 'postgres/postmaster.pid');
const serverPid = async () => Number.parseInt(await readFile(pidFile(), 'utf8'), 10);

async function open(more = {}): Promise<EmbeddedPostgres> {
  const server = await openEmbeddedPostgres({ dataDirectory, log: (line) => lines.push(line), ...more });
  servers.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

/** Data of its own, for a test that makes it, or leaves a mess; the others use one after another what the first made. */
async function fresh(): Promise<void> {
  dataDirectory = join(await temporaryDirectory(), 'data');
}

beforeAll(async () => {
  await fresh();
  shared = dataDirectory;
});

beforeEach(() => {
  dataDirectory = shared;
  servers = [];
  lines = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
});

afterAll(async () => {
  await endChildren();
  await removeTemporaryDirectories();
});

it('makes its data on the first start, and finds it on the next', async () => {
  const first = await open();
  expect(first).toMatchObject({ adopted: false, dataDirectory });
  await ask(first.url, 'create table if not exists kept as select 42 as answer');
  await first.stop();
  await expect(ask(first.url, 'select 1')).rejects.toThrow('ECONNREFUSED');

  const second = await open();
  expect(second).toMatchObject({ adopted: false, url: first.url, port: first.port });
  expect(await ask(second.url, 'select answer from kept')).toBe(42);
  expect(lines).toEqual([]);
});

it('listens on this machine only, asks for the password, and keeps what it acknowledges', async () => {
  const { url, port } = await open();
  expect(await ask(url, 'show listen_addresses')).toBe('127.0.0.1');
  expect(await ask(url, 'show unix_socket_directories')).toBe('');
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']) {
    expect(await ask(url, `show ${setting}`)).toBe('on');
  }
  expect(await ask(url, `select lower('ÅNGSTRÖM')`)).toBe('ångström');
  await expect(ask(`postgres://orrery:guess@127.0.0.1:${port}/orrery`, 'select 1')).rejects.toThrow('password');
});

it('adopts the server that outlived kill -9 of its parent', async () => {
  const parent = await startChild({ dataDirectory });
  await ask(parent.said.url!, 'create table if not exists kept as select 42 as answer');
  await kill(parent.process, 'SIGKILL');

  const server = await open();
  expect(server).toMatchObject({ adopted: true, url: parent.said.url });
  expect(lines).toEqual([expect.stringMatching(/still running \(process \d+\)/)]);
  expect(await ask(server.url, 'select answer from kept')).toBe(42);
  await server.stop();
  expect(existsSync(pidFile())).toBe(false);
});

it('leaves the server alone when Ctrl-C goes to the whole group', async () => {
  const parent = await startChild({ dataDirectory });
  process.kill(-parent.process.pid!, 'SIGINT');
  await kill(parent.process, 'SIGINT');
  expect(await ask(parent.said.url!, 'select 1')).toBe(1);
  expect(await open()).toMatchObject({ adopted: true });
});

it('starts the server again, on its port, when it ends by itself', async () => {
  const { url } = await open();
  await ask(url, 'create table if not exists kept as select 42 as answer');
  process.kill(await serverPid(), 'SIGKILL');
  let answer: unknown;
  for (const deadline = Date.now() + 20_000; answer !== 42 && Date.now() < deadline; await sleep(50)) {
    answer = await ask(url, 'select answer from kept').catch(() => undefined);
  }
  expect(answer).toBe(42);
  expect(lines).toEqual([expect.stringContaining('has ended by itself')]);
});

it('lets several processes that open at once share one server', async () => {
  await fresh();
  const [one, two, three] = await Promise.all([startChild({ dataDirectory }), startChild({ dataDirectory }), open()]);
  const all = [one.said, two.said, three];
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(all.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
  for (const { process } of [one, two]) await kill(process);
});

it('takes another port when its own was taken', async () => {
  const first = await open();
  await first.stop();
  const thief = createServer().listen(first.port, '127.0.0.1');
  const second = await open();
  expect(second.port).not.toBe(first.port);
  expect(await ask(second.url, 'select 1')).toBe(1);
  await new Promise((done) => thief.close(done));
});

it('starts beside what dead servers left in postmaster.pid', async () => {
  const { stop } = await open();
  const text = await readFile(pidFile(), 'utf8');
  await stop();
  // Somebody else has the number by now, and PostgreSQL by itself would take him for a server.
  const stranger = spawn('sleep', ['600'], process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {});
  const leftovers = [
    '',
    '4194303\n',
    text,
    text.replace(/^\d+/, String(stranger.pid)),
    text.replace(/^\d+/, '4194303'),
  ];
  for (const leftover of leftovers) {
    await writeFile(pidFile(), leftover);
    const server = await open();
    expect(server.adopted).toBe(false);
    await server.stop();
  }
  stranger.kill();
});

it('refuses data of another major version, and leaves it as it is', async () => {
  await (await open()).stop();
  await writeFile(join(dataDirectory, 'postgres/PG_VERSION'), '14\n');
  const error = await open().catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'data-directory.other-major' });
  expect(String(error)).toMatch(/PostgreSQL 14.*PostgreSQL 18[^]*orrery backup/);
  await writeFile(join(dataDirectory, 'postgres/PG_VERSION'), '18\n');
  expect(await open()).toMatchObject({ adopted: false });
});

it('never uses half-made data, whenever the process that made it was killed', async () => {
  await fresh();
  for (const afterMs of [100, 200, 300, 400, 500, 600, 700]) {
    const child = await spawnChild({ dataDirectory });
    await sleep(afterMs);
    await kill(child);
  }
  const { url, stop } = await open();
  expect(await ask(url, 'select 1')).toBe(1);
  await stop();
});

it('refuses a directory that holds something else', async () => {
  await fresh();
  await mkdir(join(dataDirectory, 'postgres'), { recursive: true });
  await writeFile(join(dataDirectory, 'postgres/poem.txt'), 'so much depends');
  await expect(open()).rejects.toMatchObject({ code: 'data-directory.not-a-cluster' });
  await rm(join(dataDirectory, 'postgres/poem.txt'));
  expect(await open()).toMatchObject({ adopted: false });
});

it('says what the server said when it does not start', async () => {
  await (await open()).stop();
  const error = await open({ settings: { no_such_setting: '1' } }).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'postgres.start-failed' });
  expect(String(error)).toContain('no_such_setting');
});

it('waits for the children of a killed server to finish', async () => {
  const { url } = await open({ keepRunning: false });
  const busy = new Client(url);
  busy.on('error', () => undefined);
  await busy.connect();
  const work = `do $$ begin loop perform 1; end loop; end $$`;
  const statement = busy.query(`set statement_timeout = 2000; ${work}`).catch((error: unknown) => error);
  while (
    (await ask(
      url,
      `select count(*)::int from pg_stat_activity where query like '%loop%' and pid <> pg_backend_pid()`,
    )) !== 1
  );
  const pid = await serverPid();
  process.kill(pid, 'SIGKILL');
  while (isRunning(pid));
  const again = await open();
  expect(again).toMatchObject({ adopted: false, url });
  await statement;
  await busy.end().catch(() => undefined);
});

it('keeps trying while the server cannot be started again', async () => {
  const { url, port } = await open();
  const hidden = join(dataDirectory, 'postgres/global/pg_control');
  await rename(hidden, `${hidden}.away`);
  process.kill(await serverPid(), 'SIGKILL');
  while (lines.length < 2) await sleep(20);
  expect(lines[1]).toMatch(/PostgreSQL did not start[^]*The next attempt is in 1000 ms/);
  await rename(`${hidden}.away`, hidden);
  let answer: unknown;
  while (answer !== 1) answer = await ask(url, 'select 1').catch(() => sleep(20));
  expect(port).toBe((await open()).port);
});

it('does not touch a server that it cannot enter', async () => {
  await (await open()).stop();
  const passwordFile = join(dataDirectory, 'postgres/orrery.password');
  const password = await readFile(passwordFile);
  await rm(passwordFile);
  await expect(open()).rejects.toMatchObject({ code: 'data-directory.no-password' });
  await writeFile(passwordFile, 'guess');
  await expect(open()).rejects.toMatchObject({ code: 'postgres.not-ours' });
  await writeFile(passwordFile, password);
  expect(await open()).toMatchObject({ adopted: true });
});
