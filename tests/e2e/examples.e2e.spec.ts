import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { Program, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(90_000);

const withPython = spawnSync('python3', ['--version']).status === 0 ? it : it.skip;

let server: Standalone;

beforeAll(async () => {
  build('standalone');
  const env = { ORRERY_HTTP_ALLOW: '127.0.0.1' };
  server = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'], env });
  await server.ready();
  for (const name of ['approval', 'batch', 'trip-leg', 'trip', 'forecast', 'payout']) await register(name);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { example: string } };
  const [node, ...words] = scripts.example.split(' ');
  new Program(node!, [...words, 'examples/workers/typescript/back-office.ts', server.url]);
});
afterAll(endPrograms);

async function register(name: string): Promise<void> {
  const headers = { 'content-type': 'application/yaml' };
  const body = readFileSync(`examples/${name}.yaml`);
  const response = await fetch(`${server.url}/api/v1/definitions`, { method: 'POST', headers, body });
  expect([name, response.status]).toEqual([name, 201]);
  const { warnings } = (await response.json()) as { warnings: readonly unknown[] };
  expect(warnings ?? []).toEqual([]);
}

const start = async (definition: string, input: object) =>
  (await server.post<{ id: string }>('/workflows', { definition, input })).id;
const run = async (definition: string, input: object) => server.result(await start(definition, input));

interface Told {
  readonly type: string;
  readonly data: { readonly key?: string; readonly attempt?: number };
}
/** What happened to the tasks of a run: `TaskCompleted reserve`. */
async function storyOf(id: string, ...types: readonly string[]): Promise<string[]> {
  const { items } = await server.get<{ items: Told[] }>(`/workflows/${id}/events?limit=1000`);
  return items
    .filter(({ type }) => types.includes(type))
    .map(({ type, data: { key } }) => (key ? `${type} ${key}` : type));
}

describe('approval.yaml', () => {
  const expense = { employee: 'ada', amount: 480 };
  const decide = (id: string, payload: object) =>
    server.post<{ code?: string }>(`/workflows/${id}/signals/decision`, payload);

  it('pays what somebody approved, also when the answer came early', async () => {
    const id = await start('approval', expense);
    await decide(id, { approved: true, by: 'grace' });
    expect(await server.result(id)).toMatchObject({ status: 'completed', output: { approvedBy: 'grace' } });
  });

  it('gives back what was refused, or what nobody answered in time', async () => {
    const id = await start('approval', expense);
    await decide(id, { approved: false, by: 'grace' });
    expect(await server.result(id)).toMatchObject({ status: 'compensated', error: { code: 'expense.refused' } });
    const late = await run('approval', { ...expense, patience: '100ms' });
    expect(late).toMatchObject({ status: 'compensated', error: { code: 'task.timed-out' } });
  });

  it('takes no answer that is none, and waits for nobody where the sum is small', async () => {
    const id = await start('approval', expense);
    expect(await decide(id, { approved: 'perhaps' })).toMatchObject({ status: 400 });
    await server.post(`/workflows/${id}/cancel`);
    const small = await run('approval', { ...expense, amount: 12 });
    expect(small).toMatchObject({ status: 'completed', output: { approvedBy: 'nobody had to' } });
  });
});

describe('batch.yaml', () => {
  const pictures = ['io.raw', 'europa.raw', 'ganymede.raw', 'callisto.raw', 'amalthea.raw'];
  const files = pictures.map((picture) => picture.replace('.raw', '.png'));

  withPython('converts all pictures, in their order, or none (needs python3: it is not installed)', async () => {
    const worker = new Program('python3', ['examples/workers/batch.py', server.url]);
    const done = await run('batch', { album: 'moons', pictures });
    expect(done).toMatchObject({ status: 'completed', output: { address: 'https://albums.example/moons', files } });
    const id = await start('batch', { album: 'secret', pictures });
    expect(await server.result(id)).toMatchObject({ status: 'compensated', error: { code: 'album.secret' } });
    for (const file of files) expect(worker.stdout).toContain(`removed ${file}`);
    expect(await worker.end('SIGTERM')).toBe(0);
  });
});

describe('trip.yaml', () => {
  it('books every leg in a run of its own', async () => {
    const { status, output } = await run('trip', { traveller: 'ada', stops: ['vienna', 'prague'] });
    const { bookings } = output as { bookings: string[][] };
    expect([status, bookings.length, new Set(bookings.flat()).size]).toEqual(['completed', 2, 4]);
  });

  it('books nothing when one leg cannot be had, or the papers cannot be sent', async () => {
    const nowhere = await run('trip', { traveller: 'ada', stops: ['vienna', 'nowhere'] });
    expect(nowhere).toMatchObject({ status: 'compensated', error: { code: 'child.compensated' } });
    const id = await start('trip', { traveller: 'Ada L.', stops: ['vienna', 'prague'] });
    expect(await server.result(id)).toMatchObject({ status: 'compensated', error: { code: 'mail.no-mailbox' } });
    const undone = (await storyOf(id, 'CompensationStarted', 'TaskCompleted')).slice(-2);
    expect(undone.sort()).toEqual(['TaskCompleted legs[0]', 'TaskCompleted legs[1]']);
  });
});

describe('forecast.yaml', () => {
  let service: Server;
  const asked: string[] = [];
  let delivered: { key: unknown; body: string }[] = [];
  const answers: Readonly<Record<string, () => { status: number; body: string }>> = {
    '/busy': () => ({ status: asked.filter((url) => url === '/busy').length < 3 ? 503 : 200, body: '{"sky":"red"}' }),
    '/unknown': () => ({ status: 404, body: '{}' }),
    '/forbidden': () => ({ status: 403, body: '{}' }),
  };

  beforeAll(async () => {
    service = createServer((request, response) => {
      const url = request.url!;
      asked.push(url);
      let body = '';
      request.on('data', (bytes: Buffer) => (body += bytes.toString()));
      request.on('end', () => {
        const answer = answers[url]?.() ?? { status: delivered.length === 0 ? 503 : 200, body: '{}' };
        if (url === '/log') delivered.push({ key: request.headers['idempotency-key'], body });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
  });
  afterAll(() => void service.close());

  const forecast = (path: string) => {
    const base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    return run('forecast', { source: `${base}${path}`, target: `${base}/log` });
  };

  it('asks a busy service again, and tells the same thing under the same key', async () => {
    expect(await forecast('/busy')).toMatchObject({ status: 'completed', output: { forecast: { sky: 'red' } } });
    expect(asked.filter((url) => url === '/busy')).toHaveLength(3);
    expect(delivered).toHaveLength(2);
    expect(delivered[0]).toEqual(delivered[1]);
    expect(delivered[0]!.key).toEqual(expect.any(String));
  });

  it('takes a forecast that is not there for an answer, and fails at once where no other attempt would help', async () => {
    delivered = [];
    expect(await forecast('/unknown')).toMatchObject({
      status: 'completed',
      output: { forecast: null, delivered: false },
    });
    expect(await forecast('/forbidden')).toMatchObject({ status: 'failed', error: { code: 'http.status' } });
    expect(asked.filter((url) => url === '/forbidden')).toHaveLength(1);
    expect(delivered).toEqual([]);
  });
});

describe('payout.yaml', () => {
  it('has nothing to undo with open books', async () => {
    expect(await run('payout', { to: 'ada', amount: 250, books: 'open' })).toMatchObject({ status: 'completed' });
  });

  it('fails when the bank will not take the money back, and is undone when it is retried by hand', async () => {
    const id = await start('payout', { to: 'ada', amount: 250 });
    expect(await server.result(id)).toMatchObject({ status: 'failed' });
    expect(await storyOf(id, 'WorkflowFailed')).toEqual(['WorkflowFailed']);
    await server.post(`/workflows/${id}/retry`);
    await until(async () => (await server.result(id)).status === 'compensated');
    const story = await storyOf(id, 'WorkflowRetried', 'TaskCompleted', 'WorkflowCompensated');
    expect(story.slice(-4)).toEqual([
      ...['WorkflowRetried', 'TaskCompleted transfer', 'TaskCompleted reserve', 'WorkflowCompensated'],
    ]);
  });
});
