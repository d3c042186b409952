import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { testDatabase } from '@orrery/infrastructure/testing';
import { Program, type StartOptions, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(60_000);

beforeAll(() => build('standalone'));
afterEach(endPrograms);

const bare = ['--no-examples'];
const start = async ({ args = [], ...options }: StartOptions = {}, data?: string) =>
  new Standalone(data ?? (await dataDirectory()), await getPort(), { args: [...bare, ...args], ...options });
const command = (...args: string[]) => new Program(process.execPath, ['dist/standalone.mjs', ...args]);

interface Counted {
  readonly counts: { readonly running: number };
}

const sleeper = { orrery: 'v1', name: 'sleeper', tasks: { nap: { type: 'sleep', input: { duration: '1h' } } } };

describe('The standalone server, told to stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s says what it keeps, and ends well', async (signal) => {
    const server = await start();
    await server.ready();
    const { id } = await server.post<{ id: string }>('/workflows', { definition: sleeper });
    await until(async () => (await server.get<Counted>('/workflows')).counts.running === 1);
    expect(await server.end(signal)).toBe(0);
    expect(server.stderr).toBe(
      `Stopping. 1 run is under way: it is kept in ${server.data}, to go on at the next start. Ctrl-C again stops at once.\n`,
    );
    expect(server.postmaster).toBeUndefined();
    const again = await start({}, server.data);
    await again.ready();
    expect(await again.get(`/workflows/${id}`)).toMatchObject({ status: 'running' });
  });

  it('says nothing more of the examples that were under way', async () => {
    const server = new Standalone(await dataDirectory(), await getPort());
    await until(async () => server.stdout.includes('The store was empty'));
    expect(await server.end()).toBe(0);
    expect(server.stdout).not.toContain('Next:');
    expect(server.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^Stopping\. /)]);
  });

  it('before it has started, starts nothing more', async () => {
    const server = await start();
    await until(async () => server.postmaster !== undefined);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.stdout).toBe('');
    expect(server.postmaster).toBeUndefined();
  });

  it('ends at once at the second word', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const server = await start({ env: { ORRERY_HTTP_ALLOW: '127.0.0.1' } });
    await server.ready();
    const call = { type: 'http', input: { url: `http://127.0.0.1:${port}/` } };
    const connected = once(silent, 'connection');
    await server.post('/workflows', { definition: { orrery: 'v1', name: 'waiting', tasks: { call } } });
    await connected;
    server.signal('SIGINT');
    await once(server.child.stderr!, 'data');
    const asked = performance.now();
    expect(await server.end('SIGINT')).toBe(130);
    expect(performance.now() - asked).toBeLessThan(2_000);
    silent.close();
  });
});

describe('The standalone server does not start', () => {
  it('on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const server = new Standalone(await dataDirectory(), port, { args: bare });
    expect(await server.exit()).toBe(5);
    expect(server.stderr).toBe(
      `Port ${port} on 127.0.0.1 is taken by another program. Choose another one: --port ${port + 1}\n`,
    );
    expect(server.postmaster).toBeUndefined();
    other.close();
  });

  it('on data that another one works on, and names it', async () => {
    const first = await start();
    await first.ready();
    const second = await start({}, first.data);
    expect(await second.exit()).toBe(5);
    expect(second.stderr).toContain(`${first.data} is in use by process ${first.child.pid}`);
    expect(second.stderr).toContain(first.url);
    expect(second.stdout).toBe('');
    await first.ready();
  });

  it.each([
    [['--prot', '9000'], '--prot is not an option (did you mean "--port"?). --help lists them all.\n'],
    [['9000'], '"9000" is not expected: every option begins with --.\n'],
  ])('by %j', async (args, words) => {
    const program = command(...args);
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toBe(words);
    expect(program.stdout).toBe('');
  });

  it('with a setting that makes no sense, which it names', async () => {
    const server = await start({ env: { LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://me:secret@host/db' } });
    expect(await server.exit()).toBe(2);
    expect(server.stderr).toMatch(/LOG_LEVEL must be one of/);
    expect(server.stderr).toMatch(/DATABASE_URL must be a URL like/);
    expect(server.stderr).not.toContain('secret');
  });

  it('over a database that does not answer', async () => {
    const url = `postgres://me:secret@127.0.0.1:${await getPort()}/db`;
    const server = await start({ env: { DATABASE_URL: url } });
    expect(await server.exit()).toBe(6);
    expect(server.stderr).toMatch(/PostgreSQL at 127\.0\.0\.1:\d+ does not let us in/);
    expect(server.stderr).not.toContain('secret');
  });
});

describe('The standalone server explains', () => {
  it.each(['--help', '-h'])('itself by %s', async (flag) => {
    const program = command(flag);
    expect(await program.exit()).toBe(0);
    expect(program.stdout).toContain('--no-examples');
  });

  it('which release it is', async () => {
    const program = command('--version');
    expect(await program.exit()).toBe(0);
    expect(program.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('The standalone server over a database of somebody else', () => {
  it('works the same, and starts no PostgreSQL', async () => {
    const database = await testDatabase();
    const server = await start({ env: { DATABASE_URL: database.url } });
    await server.greeted();
    expect(server.lines[4]).toMatch(/^ {2}Data {4}PostgreSQL at 127\.0\.0\.1:\d+\/\w+ \(DATABASE_URL\)$/);
    expect(server.stdout).not.toContain(new URL(database.url).password || 'no password');
    const definition = { orrery: 'v1', name: 'nothing', tasks: { a: { type: 'noop' } } };
    const { id } = await server.post<{ id: string }>('/workflows', { definition });
    expect(await server.result(id)).toMatchObject({ status: 'completed' });
    expect(await server.end()).toBe(0);
    expect(server.postmaster).toBeUndefined();
    await database.drop();
  });
});
