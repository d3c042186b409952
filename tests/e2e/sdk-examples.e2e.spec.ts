import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { TextDocumentReader } from '@orrery/infrastructure';
import { bundle } from '../workers/support/bundle.js';
import { Program, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(90_000);

let server: Standalone;
const run = async (name: string, ...more: readonly string[]) =>
  new Program(process.execPath, [await bundle(`examples/sdk/${name}.ts`, server.url), server.url, ...more]);

beforeAll(async () => {
  build('standalone');
  server = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'] });
  await server.ready();
});
afterAll(endPrograms);

describe('The programs of the SDK page', () => {
  it('greet: a worker, one run of it, and ten thousand', async () => {
    const greeter = await run('greeter');
    const start = await run('start');
    expect(await start.exit()).toBe(0);
    expect(start.stdout).toBe('completed hello, mars\n');
    const volume = await run('volume');
    expect(await volume.exit()).toBe(0);
    expect(volume.stdout).toBe('10000 of 10000 completed\n');
    const watching = await run('watching');
    expect(await watching.exit()).toBe(0);
    expect(watching.stdout).toMatch(/WorkflowCompleted\nit has ended already\n$/);
    expect(await greeter.end('SIGTERM')).toBe(0);
  });

  it('follow: the runs of a team that end, also while nobody looks', async () => {
    const place = join(dirname(await dataDirectory()), 'sky.cursor');
    await writeFile(place, 'start');
    const labels = { team: 'sky' };
    const definition = { orrery: 'v1', name: 'short', tasks: { it: { type: 'noop' } } };
    const start = async () => (await server.post<{ id: string }>('/workflows', { definition, labels })).id;
    const [first, second] = [await start(), await start()];
    const following = await run('following', place);
    await until(async () => following.stdout.includes(second));
    await following.end('SIGKILL');
    const third = await start();
    const again = await run('following', place);
    await until(async () => again.stdout.includes(third));
    expect(following.stdout).toContain(`WorkflowCompleted ${first}\n`);
    // The last one may come again: its place was not written yet.
    expect(again.stdout).not.toContain(first);
    await again.end('SIGKILL');
  });

  it('charge: the worker of the bank', async () => {
    const payments = await run('payments');
    const task = { type: 'payment.charge', input: { card: 'declined', amount: 1 }, compensate: { none: 'a spec' } };
    const definition = { orrery: 'v1', name: 'pays', tasks: { charge: task } };
    const { id } = await server.post<{ id: string }>('/workflows', { definition });
    expect(await server.result(id)).toMatchObject({ status: 'failed', error: { code: 'card.declined' } });
    expect(await payments.end('SIGINT')).toBe(0);
  });

  it('define: the orders, as YAML that a server takes', async () => {
    const orders = await run('orders');
    expect(await orders.exit()).toBe(0);
    const { value } = new TextDocumentReader().read(orders.stdout, 'yaml');
    expect(await server.post('/definitions/validate', value as object)).toMatchObject({ valid: true, errors: [] });
  });
});
