import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { root } from '../docs/support/documents.js';
import { Program, Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { until } from '../e2e/support/until.js';
import { BIN, spawned } from './support/spawned.js';

jest.setTimeout(120_000);

const TERMINAL = fileURLToPath(new URL('support/terminal.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
const LONG = { orrery: 'v1', name: 'long', tasks: { nap: { type: 'sleep', input: { duration: '1h' } } } };
const FAN_OUT = ['run', 'fan-out', '--input', '{"photo":"mars.raw"}'];

let standalone: Standalone;
const env = () => ({ ORRERY_URL: standalone.url });
beforeAll(async () => {
  build('cli', 'standalone', 'worker');
  standalone = new Standalone(await dataDirectory(), await getPort());
  await standalone.greeted();
});
afterAll(endPrograms);

const longRun = async () => (await standalone.post<{ id: string }>('/workflows', { definition: LONG })).id;

/** On a real terminal of this size; its exit code, and everything that it drew. */
async function onTerminal(
  columns: number,
  rows: number,
  words: readonly string[],
  whileRunning = async (_: ChildProcess, __: () => string) => {},
) {
  const clean = { PATH: process.env['PATH'], TERM: 'xterm', LANG: 'C.UTF-8', TZ: 'UTC', ...env() };
  const program = [TERMINAL, String(columns), String(rows), process.execPath, BIN, ...words];
  const child = spawn('python3', program, { cwd: root, env: clean, stdio: ['pipe', 'pipe', 'inherit'] });
  let drawn = '';
  child.stdout.on('data', (bytes: Buffer) => (drawn += bytes.toString()));
  const closed = once(child, 'close');
  await whileRunning(child, () => drawn);
  const [code] = (await closed) as [number];
  return { code, drawn };
}

(hasPython ? describe : describe.skip)('On a terminal (needs Python 3: to make one)', () => {
  it.each([
    [80, 24],
    [40, 10],
  ])('of %d by %d a run is drawn to its end, in colour, and stays below the last row', async (columns, rows) => {
    const { code, drawn } = await onTerminal(columns, rows, FAN_OUT);
    expect(code).toBe(0);
    const frames = drawn.split('\u001b[J');
    expect(Math.max(...frames.slice(0, -1).map((frame) => frame.split('\n').length - 1))).toBeLessThan(rows);
    expect(frames.at(-2)).toContain('\u001b[32mcompleted\u001b[39m');
    expect(frames.at(-1)).toContain('\u001b[?25h');
    expect(frames.at(-1)).toContain('"files": 8');
  });

  it('Ctrl-C gives the cursor back, says that the run goes on, and ends with 130', async () => {
    const id = await longRun();
    const { code, drawn } = await onTerminal(80, 24, ['watch', id], async (child, drawnSoFar) => {
      await until(async () => drawnSoFar().includes('nap'));
      child.stdin!.write('^C\n');
    });
    expect(code).toBe(130);
    expect(drawn.endsWith(`\u001b[?25hThe run goes on: orrery watch ${id}\r\n`)).toBe(true);
  });

  it.each([
    ['^C', 130, ''],
    ['^D', 5, 'Nothing was done.\r\n'],
  ])('asks before it deletes; %s ends it with %d', async (key, code, words) => {
    const id = await longRun();
    const ended = await onTerminal(80, 24, ['delete', id], async (child, drawnSoFar) => {
      await until(async () => drawnSoFar().includes('[y/N]'));
      child.stdin!.write(`${key}\n`);
    });
    expect(ended.code).toBe(code);
    expect(ended.drawn).not.toContain('mistake');
    expect(ended.drawn.endsWith(`\r\n${words}`)).toBe(true);
  });

  it('cuts neither an output nor what to do about a mistake, however narrow it is', async () => {
    const text = 'word '.repeat(40);
    const definition = { orrery: 'v1', name: 'long', tasks: { a: { type: 'noop' } }, output: text };
    const { id } = await standalone.post<{ id: string }>('/workflows', { definition });
    expect((await onTerminal(40, 10, ['result', id, '--wait'])).drawn).toContain(JSON.stringify(text));
    expect((await onTerminal(40, 10, ['show', 'abc'])).drawn).toContain('orrery list shows those of the newest runs.');
  });

  it('is taken for one of 80 by 24 where it does not know its size', async () => {
    expect((await onTerminal(0, 0, ['list', '--no-color', '--limit', '1'])).drawn).toMatch(/^ID .*\r\n[0-9a-f-]{36} /);
  });

  it('has no colours with NO_COLOR or --no-color', async () => {
    const { drawn } = await onTerminal(80, 24, ['list', '--no-color']);
    expect(drawn).not.toContain('\u001b[');
  });
});

describe('A process', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that gets %s ends with %d', async (signal, code) => {
    const id = await longRun();
    const program = new Program(process.execPath, [BIN, 'watch', id], { env: env() });
    await until(async () => program.stdout.includes('started'));
    expect(await program.end(signal)).toBe(code);
    expect(program.stderr).toBe(`The run goes on: orrery watch ${id}\n`);
  });

  it('that follows all events ends with where to go on', async () => {
    const id = await longRun();
    const follow = (...more: readonly string[]) => {
      const words = ['events', '--follow', '--type', 'WorkflowStarted', '--after', ...more, '-o', 'json'];
      return new Program(process.execPath, [BIN, ...words], { env: env() });
    };
    const first = follow('start');
    await until(async () => first.stdout.includes(id));
    expect(await first.end('SIGINT')).toBe(130);
    const events = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { workflowId: string });
    expect(events.filter(({ workflowId }) => workflowId === id)).toHaveLength(1);
    const [, cursor] = /^Go on from there: --after (\S+)\n$/.exec(first.stderr)!;
    const next = follow(cursor!);
    const later = await longRun();
    await until(async () => next.stdout.endsWith('\n'));
    expect(JSON.parse(next.stdout.split('\n')[0]!)).toMatchObject({ workflowId: later });
    await next.end('SIGINT');
  });

  it('whose reader is gone ends quietly', async () => {
    const pipe = `node ${BIN} events $(node ${BIN} list -o name --limit 1) -o jsonl | head -1`;
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `set -o pipefail; ${pipe}`], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env() },
    });
    expect({ status, stderr, lines: stdout.trim().split('\n').length }).toEqual({ status: 0, stderr: '', lines: 1 });
  });

  it('whose reader is slow is read to its end', async () => {
    const text = 'x'.repeat(300_000);
    const { id } = await standalone.post<{ id: string }>('/workflows', { definition: LONG, input: { text } });
    const { stdout } = spawnSync('bash', ['--norc', '-c', `node ${BIN} events ${id} -o json | (sleep 1; cat)`], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env() },
    });
    expect(stdout).toContain(text);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it('keeps data and chatter apart', async () => {
    const { code, out, err } = await spawned(FAN_OUT, { env: env() });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ files: 8 });
    expect(err).toContain('completed   fan-out@1');
  });

  it('is there at once', async () => {
    const times = [];
    for (let n = 0; n < 5; n++) {
      const started = performance.now();
      await spawned(['version']);
      times.push(performance.now() - started);
    }
    // A generous bound for a busy machine; idle it is about 120 ms.
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  it('reads ORRERY_URL, and tells its version', async () => {
    expect((await spawned(['list', '-o', 'name'], { env: env() })).out).toMatch(/^[0-9a-f-]{36}\n/);
    expect((await spawned(['--version'])).out).toMatch(/^orrery \d+\.\d+\.\d+\n$/);
  });
});

describe('Other programs', () => {
  it('are started in its place: a server, which drains when it is told to stop', async () => {
    const words = ['up', '--port', '0', '--data', await dataDirectory(), '--no-examples', '--json'];
    const program = new Program(process.execPath, [BIN, ...words]);
    await until(async () => program.stdout.endsWith('}\n'));
    const { url } = JSON.parse(program.stdout) as { url: string };
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await program.end('SIGTERM')).toBe(0);
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
  });

  it('are ended with it when its time is over', async () => {
    const [port, data] = [await getPort(), await dataDirectory()];
    const words = ['up', '--port', `${port}`, '--data', data, '--no-examples', '--timeout', '5s'];
    expect(await new Program(process.execPath, [BIN, ...words]).exit()).toBe(7);
    await until(async () => !(await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined)));
  });

  it('are started in its place: a worker', async () => {
    const program = new Program(process.execPath, [BIN, 'worker', '--name', 'from-the-cli', '--slots', '3'], {
      env: env(),
    });
    await until(async () => (await spawned(['workers', '-o', 'name'], { env: env() })).out.includes('from-the-cli\n'));
    expect(await program.end('SIGTERM')).toBe(0);
  });
});
