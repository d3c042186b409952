import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { Program, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(60_000);

const ALLOW = { ORRERY_HTTP_ALLOW: '127.0.0.1' };
let target: Server;
let called: string[];

beforeAll(() => build('standalone', 'worker'));

beforeEach(async () => {
  called = [];
  target = createServer((request, response) => {
    called.push(request.url!);
    response.setHeader('content-type', 'application/json').end('{"fine":true}');
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
});

afterEach(async () => {
  target.closeAllConnections();
  target.close();
  await endPrograms();
});

const worker = (url: string, env: Record<string, string> = {}) =>
  new Program(process.execPath, ['dist/worker.mjs'], {
    env: { ...ALLOW, ORRERY_URL: url, WORKER_ID: 'outside', ...env },
  });

/** Twenty calls at once: those who take tasks take turns. */
const manyCalls = () => {
  const { port } = target.address() as AddressInfo;
  const call = (index: number) => ({ type: 'http', input: { url: `http://127.0.0.1:${port}/${index}` } });
  const tasks = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`call${index}`, call(index)]));
  return { definition: { orrery: 'v1', name: 'calls', tasks } };
};

interface Run {
  readonly tasks: readonly { readonly worker: string; readonly output: { readonly body: unknown } }[];
}

const startServer = async () => {
  const server = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'], env: ALLOW });
  await server.ready();
  return server;
};

describe('The worker as a process of its own', () => {
  it('does http tasks for a server, beside the one inside it', async () => {
    const server = await startServer();
    const outside = worker(server.url);
    await until(async () => outside.stderr.includes('connected to'));
    const { id } = await server.post<{ id: string }>('/workflows', manyCalls());
    expect(await server.result(id)).toMatchObject({ status: 'completed' });
    const { tasks } = await server.get<Run>(`/workflows/${id}`);
    expect(tasks.map(({ output }) => output.body)).toEqual(Array(20).fill({ fine: true }));
    expect(new Set(tasks.map(({ worker }) => worker))).toEqual(new Set(['outside', 'standalone']));
    expect(await outside.end('SIGTERM')).toBe(0);
    expect(called).toHaveLength(20);
  });

  it('comes back to a server that was killed and started again', async () => {
    const server = await startServer();
    const outside = worker(server.url);
    await until(async () => outside.stderr.includes('connected to'));
    await server.end('SIGKILL');
    await until(async () => outside.stderr.includes('the server is gone'));
    const again = new Standalone(server.data, server.port, { args: ['--no-examples'], env: ALLOW });
    await again.ready();
    await until(async () => outside.stderr.split('connected to').length === 3);
    const { id } = await again.post<{ id: string }>('/workflows', manyCalls());
    expect(await again.result(id)).toMatchObject({ status: 'completed' });
    expect(await outside.end('SIGTERM')).toBe(0);
  });

  it('does not start with a setting that makes no sense, and names it', async () => {
    const outside = worker('somewhere', { WORKER_SLOTS: '0' });
    expect(await outside.exit()).toBe(2);
    expect(outside.stderr).toContain('ORRERY_URL must be a URL like');
    expect(outside.stderr).toContain('WORKER_SLOTS must be a whole number from 1 to 10000, and is "0"');
  });

  it('gives way to another one with its name', async () => {
    const server = await startServer();
    const first = worker(server.url);
    await until(async () => first.stderr.includes('connected to'));
    const second = worker(server.url);
    expect(await first.exit()).toBe(5);
    expect(first.stderr).toContain('another worker with this name took its place');
    expect(await second.end('SIGTERM')).toBe(0);
  });
});
