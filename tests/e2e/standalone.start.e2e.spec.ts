import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { type StartOptions, Standalone, build, dataDirectory, endPrograms } from './support/standalone.js';
import { until } from './support/until.js';

jest.setTimeout(60_000);

beforeAll(() => build('standalone'));
afterEach(endPrograms);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const start = async (options: StartOptions = {}, data?: string) =>
  new Standalone(data ?? (await dataDirectory()), await getPort(), options);

/** What it said, with everything that differs from start to start replaced by its name. */
const said = (server: Standalone) =>
  server.lines.map((line) =>
    line
      .replaceAll(server.url, 'URL')
      .replace(server.data, 'DATA')
      .replace(version, 'VERSION')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'ID')
      .replace(/ \d+\.\d s/, ' #.# s'),
  );

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly definition: { readonly name: string };
  }[];
}
const ends = async (server: Standalone) => {
  const { items } = await server.get<Listed>('/workflows');
  return items.map(({ definition, status }) => `${definition.name} ${status}`).sort();
};
const EXAMPLES = ['fan-out completed', 'order-fulfilment compensated', 'order-fulfilment completed'];

const isRoot = process.getuid?.() === 0;
const asNobody = { uid: 65534, gid: 65534 };

describe('The standalone server, started for the first time', () => {
  it('says in fifteen lines what there is, and runs the examples', async () => {
    const server = await start();
    await server.greeted();
    expect(said(server)).toMatchSnapshot();
    expect(server.lines.length).toBeLessThanOrEqual(15);
    expect(server.stderr).toBe('');
    await until(async () => (await ends(server)).join() === EXAMPLES.join());
  });

  it('counts what it does, by names that are all in the documents', async () => {
    const server = await start();
    await server.greeted();
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    expect(figures).toMatch(/^orrery_runs_ended_total\{status="compensated"\} 1$/m);
    const names = [...figures.matchAll(/^# TYPE ((?:orch|orrery|task)_\w+) /gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(15);
    const page = readFileSync('docs/metrics.md', 'utf8');
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows, by the commands that it names, what happened', async () => {
    const server = await start();
    await server.greeted();
    const [, events] = server.lines.slice(-3).map((line) => line.trim().split(' ')[1]!);
    const history = (await (await fetch(events!)).json()) as { items: { type: string }[] } | { type: string }[];
    const types = (Array.isArray(history) ? history : history.items).map(({ type }) => type);
    expect(types[0]).toBe('WorkflowStarted');
    expect(types.at(-1)).toBe('WorkflowCompensated');
    expect((await fetch(`${server.url}/docs`)).status).toBe(200);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  (isRoot ? it : it.skip)('is the same for an ordinary user (needs root: to become one)', async () => {
    const directory = await dataDirectory();
    const { mkdirSync, chownSync } = await import('node:fs');
    mkdirSync(directory);
    chownSync(directory, asNobody.uid, asNobody.gid);
    const server = await start({ user: asNobody }, directory);
    await server.greeted();
    expect(said(server)).toMatchSnapshot();
    expect(await server.end()).toBe(0);
  });

  (isRoot ? it : it.skip)('says where the data is, when it cannot be where it was to be (needs root)', async () => {
    const directory = await dataDirectory();
    const { chmodSync, mkdirSync, rmSync } = await import('node:fs');
    mkdirSync(directory);
    chmodSync(directory, 0o700);
    const server = await start({ args: ['--no-examples', '--json'] }, `${directory}/closed`);
    await server.greeted();
    const { dataDirectory: elsewhere } = JSON.parse(server.stdout) as { dataDirectory: string };
    expect(server.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(`Data is kept in ${elsewhere}: `)]);
    expect(await server.end()).toBe(0);
    rmSync(elsewhere, { recursive: true });
  });
});

describe('The standalone server, started again on the same data', () => {
  it('has everything, and runs no examples', async () => {
    const first = await start();
    await first.greeted();
    await until(async () => (await ends(first)).join() === EXAMPLES.join());
    expect(await first.end()).toBe(0);
    expect(first.postmaster).toBeUndefined();
    const second = await start({}, first.data);
    await second.greeted();
    expect(said(second)).toMatchSnapshot();
    expect(await ends(second)).toEqual(EXAMPLES);
  });

  it('goes on where a killed one was', async () => {
    const first = await start({ args: ['--no-examples'] });
    await first.greeted();
    const tasks = {
      one: { type: 'sleep', input: { duration: '1500ms' } },
      two: { type: 'noop', dependsOn: ['one'] },
    };
    const definition = { orrery: 'v1', name: 'nap', tasks };
    const { id } = await first.post<{ id: string }>('/workflows', { definition });
    const { postmaster } = first;
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    const second = await start({}, first.data);
    await second.ready();
    expect(second.postmaster).toBe(postmaster);
    expect(await second.result(id)).toMatchObject({ status: 'completed' });
  });
});

describe('The standalone server', () => {
  it('runs no examples if it is told so', async () => {
    const server = await start({ args: ['--no-examples'] });
    await server.greeted();
    expect(said(server)).toMatchSnapshot();
    expect(await ends(server)).toEqual([]);
  });

  it('says it all in one object', async () => {
    const server = await start({ args: ['--json'] });
    await server.greeted();
    expect(server.lines).toHaveLength(1);
    const object = JSON.parse(server.stdout) as Record<string, unknown>;
    expect(object).toMatchObject({
      version,
      url: server.url,
      pid: server.child.pid,
      dataDirectory: server.data,
      database: null,
    });
    expect(object['examples']).toMatchObject([
      { status: 'completed' },
      { status: 'compensated' },
      { status: 'completed' },
    ]);
    expect(object['next']).toHaveLength(3);
    expect(await server.end()).toBe(0);
    expect(server.lines).toHaveLength(1);
  });
});
