import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { bundle } from '../workers/support/bundle.js';
import { Program, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(90_000);

const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const withPython = has('python3') ? it : it.skip;
const withShell = has('bash') && has('curl') ? it : it.skip;

const WORDS = 'An orrery is the clockwork that moves the planets:\nmany bodies, "one" mechanism.';
const COUNT = 13;

let server: Standalone;

beforeAll(() => build('standalone'));

beforeEach(async () => {
  server = new Standalone(await dataDirectory(), await getPort(), { args: ['--no-examples'] });
  await server.ready();
  const response = await fetch(`${server.url}/api/v1/definitions`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: readFileSync('examples/workers/word-count.yaml'),
  });
  expect(response.status).toBe(201);
});

afterEach(endPrograms);

const python = (...types: string[]) => new Program('python3', ['examples/workers/worker.py', server.url, ...types]);
const shell = () => new Program('bash', ['examples/workers/worker.sh', server.url]);
const count = async (text: string) =>
  (await server.post<{ id: string }>('/workflows', { definition: 'word-count', input: { text } })).id;

interface Run {
  readonly tasks: readonly { readonly key: string; readonly attempt: number; readonly worker: string | null }[];
}
const workersOf = async (id: string) => {
  const { tasks } = await server.get<Run>(`/workflows/${id}`);
  return Object.fromEntries(tasks.map(({ key, worker }) => [key, worker?.split('-')[0]]));
};

describe('A worker with the SDK', () => {
  it('does the tasks of the example', async () => {
    const program = await bundle('examples/workers/typescript/worker.ts');
    const worker = new Program(process.execPath, [program, server.url]);
    const [counted, empty] = [await count(WORDS), await count('   ')];
    expect(await server.result(counted)).toMatchObject({ status: 'completed', output: { words: COUNT } });
    expect(await server.result(empty)).toMatchObject({ status: 'failed', error: { code: 'text.empty' } });
    expect(await worker.end('SIGTERM')).toBe(0);
  });
});

describe('A worker without an SDK', () => {
  withPython('in Python does the tasks of the example (needs python3: it is not installed)', async () => {
    const worker = python();
    const id = await count(WORDS);
    expect(await server.result(id)).toMatchObject({ status: 'completed', output: { words: COUNT } });
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(worker.stderr).toContain('text.sum of');
  });

  withPython(
    'fails a task for good where no other attempt would help (needs python3: it is not installed)',
    async () => {
      python();
      const id = await count('   ');
      expect(await server.result(id)).toMatchObject({ status: 'failed', error: { code: 'text.empty' } });
      const { tasks } = await server.get<Run>(`/workflows/${id}`);
      expect(tasks[0]).toMatchObject({ key: 'split', attempt: 1 });
    },
  );

  withPython('shares the tasks with one in the shell (needs python3: it is not installed)', async () => {
    const [one, other] = [python('text.split', 'text.sum'), shell()];
    const id = await count(WORDS);
    expect(await server.result(id)).toMatchObject({ status: 'completed', output: { words: COUNT } });
    expect(await workersOf(id)).toMatchObject({ split: 'python', count1: 'shell', count2: 'shell', total: 'python' });
    expect(await Promise.all([one.end('SIGTERM'), other.end('SIGTERM')])).toEqual([0, 0]);
  });

  withShell('waits for a server that was killed, and goes on (needs bash and curl)', async () => {
    const worker = shell();
    await until(async () => worker.stderr.includes('takes text.count'));
    await server.end('SIGKILL');
    await until(async () => worker.stderr.includes('no answer'));
    const again = new Standalone(server.data, server.port, { args: ['--no-examples'] });
    await again.ready();
    const definition = {
      orrery: 'v1',
      name: 'one-count',
      tasks: { only: { type: 'text.count', input: { text: WORDS } } },
      output: '${ tasks.only.output.words }',
    };
    const { id } = await again.post<{ id: string }>('/workflows', { definition });
    expect(await again.result(id)).toMatchObject({ status: 'completed', output: COUNT });
    expect(await worker.end('SIGTERM')).toBe(0);
  });

  withPython('that dies has its task done by the next one (needs python3: it is not installed)', async () => {
    const body = { workerId: 'dies', types: ['text.split'], max: 1, waitMs: 10_000 };
    const id = await count(WORDS);
    const { tasks } = await server.post<{ tasks: unknown[] }>('/tasks/poll', body);
    expect(tasks).toHaveLength(1);
    python();
    expect(await server.result(id)).toMatchObject({ status: 'completed', output: { words: COUNT } });
    const run = await server.get<Run>(`/workflows/${id}`);
    expect(run.tasks[0]).toMatchObject({ key: 'split', attempt: 2 });
  });
});
