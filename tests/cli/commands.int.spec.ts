import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type Served, serve } from '../sdk/support/served.js';
import { until } from '../e2e/support/until.js';
import { type Around, orrery } from './support/command-line.js';

let served: Served;
let folder: string;
beforeAll(async () => {
  served = await serve();
  folder = await mkdtemp(join(tmpdir(), 'orrery-cli-'));
}, 60_000);
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
  expect(served.bugs).toEqual([]);
});

const cli = (words: string, around?: Around) => orrery(served.url, words.split(' '), around);

/** The words of a shell that has quotes. */
const said = (words: readonly string[], around?: Around) => orrery(served.url, words, around);

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const NAP = `orrery: v1
name: nap
tasks:
  nap: { type: sleep, input: { duration: 20ms } }
output: { slept: '\${ input }' }
`;
const LONG = 'orrery: v1\nname: long\ntasks:\n  nap: { type: sleep, input: { duration: 1h } }\n';
const BROKEN = 'orrery: v1\nname: broken\ntasks:\n  bad: { type: noop, when: "${ input.missing }" }\n';
const DOOR =
  'orrery: v1\nname: door\ntasks:\n  open: { type: wait, input: { signal: knock } }\noutput: ${ tasks.open.output }\n';

const started = async (text: string, ...more: readonly string[]) => {
  const { out, err } = await said(['run', '-', '--detach', '-o', 'name', ...more], { stdin: text });
  if (out === '') throw new Error(err);
  return out.trim();
};

/** Lists follow a moment behind: waits until one has a run. */
const isListed = (id: string, ...filter: readonly string[]) =>
  until(async () => (await said(['list', '-o', 'name', ...filter])).out.includes(id));

describe('Definitions', () => {
  it('are checked without a server', async () => {
    const path = await file('nap.yaml', NAP);
    expect(await said(['validate', path, '--url', 'http://127.0.0.1:9'])).toMatchObject({
      code: 0,
      out: `${path} is valid\n`,
    });
    const { code, out } = await said(['validate', '-', '-o', 'json'], { stdin: 'orrery: v1\nname: x\n' });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ valid: false, errors: [{ code: 'definition.missing-key' }], warnings: [] });
  });

  it('are told with the line of each fault', async () => {
    const path = await file('faulty.yaml', 'orrery: v1\nname: x\ntasks:\n  a: { type: noop, dependsOn: [b] }\n');
    const { code, err } = await said(['validate', path]);
    expect(code).toBe(2);
    expect(err).toContain(`${path}:4:32`);
    expect(err).toContain('     4 |   a: { type: noop, dependsOn: [b] }\n');
    expect((await said(['register', path])).err).toContain(`${path}:4:32`);
    expect((await said(['run', path])).err).toContain(`${path}:4:32`);
  });

  it('are registered, listed and printed', async () => {
    const path = await file('nap.yaml', NAP);
    expect(await said(['register', path])).toMatchObject({ code: 0, out: 'nap@1 is registered\n' });
    await until(async () => (await cli('definitions -o name')).out.includes('nap\n'));
    expect((await cli('definitions')).out).toMatch(/^NAME +VERSION +REGISTERED\n[^]*nap +1 +/);
    expect(await cli('definitions nap')).toMatchObject({ code: 0, out: NAP });
    expect(await cli('definitions nap@1 -o name')).toMatchObject({ out: 'nap@1\n' });
    expect(await cli('definitions nap@7')).toMatchObject({ code: 3, err: expect.stringContaining('its newest is 1') });
  });
});

describe('A run', () => {
  it('is followed in lines without a terminal; its output is the data', async () => {
    const { code, out, err } = await said(['run', '-', '--input', '"mars"'], { stdin: NAP });
    expect({ code, out }).toEqual({ code: 0, out: '{\n  "slept": "mars"\n}\n' });
    const changes = err.split('\n').map((line) => line.slice(14).replaceAll(/ +/g, ' '));
    expect(changes).toEqual(expect.arrayContaining(['started nap', 'completed nap']));
    expect(err).toMatch(/^Run [0-9a-f-]{36}\n/);
  });

  it('is drawn on a terminal, and never higher than that', async () => {
    const { out, err } = await said(['run', '-'], { stdin: NAP, terminal: { columns: 40, rows: 10, colors: true } });
    expect(out).toContain('"slept": null');
    expect(err.startsWith('\u001b[?25l')).toBe(true);
    expect(err.endsWith('\u001b[?25h')).toBe(true);
    const frames = err.split('\u001b[J');
    expect(Math.max(...frames.map((frame) => frame.split('\n').length - 1))).toBeLessThan(10);
    expect(frames.at(-2)).toContain('completed');
  });

  it.each([
    [{ env: { CI: 'true' } }, []],
    [{ env: { TERM: 'dumb' } }, []],
    [{}, ['--no-progress']],
  ])('is told in lines on a terminal with %j %j', async (around, more) => {
    const terminal = { columns: 80, rows: 24 };
    const { err } = await said(['run', '-', ...more], { stdin: NAP, terminal, ...around });
    expect(err).not.toContain('\u001b[');
    expect(err).toContain('completed   nap');
  });

  it('is one object for a program', async () => {
    const { code, out } = await said(['run', '-', '-o', 'json'], { stdin: NAP });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      id: expect.any(String),
      status: 'completed',
      output: { slept: null },
      error: null,
    });
  });

  it('that fails ends with exit code 1, and says why', async () => {
    const { code, out, err } = await said(['run', '-', '-o', 'json'], { stdin: BROKEN });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ status: 'failed', output: null, error: { code: expect.any(String) } });
    expect(err).toContain('failed');
  });

  it('prints nothing but data if it is to be quiet', async () => {
    expect(await said(['run', '-', '--quiet'], { stdin: NAP })).toMatchObject({
      err: '',
      out: expect.stringContaining('slept'),
    });
  });

  it('is started with an id, labels and a priority, and not waited for', async () => {
    const id = '5eed0010-0000-4000-8000-000000000001';
    const more = ['--id', id, '--label', 'team=sky', '--priority', '7', '--detach'];
    const first = await said(['run', '-', ...more], { stdin: LONG });
    expect(first).toEqual({ code: 0, out: `${id}\n`, err: `Follow it: orrery watch ${id}\n` });
    const { out } = await said(['show', id, '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({ id, labels: { team: 'sky' }, priority: 7, status: 'running' });
  });

  it('is given up on after a while, and goes on', async () => {
    const { code, err } = await said(['run', '-', '--timeout', '300ms'], { stdin: LONG });
    expect(code).toBe(7);
    expect(err).toMatch(/error: it was not done after 300 ms\n {2}The run goes on: orrery watch [0-9a-f-]{36}\n$/);
  });
});

describe('What is known of a run', () => {
  it('is shown', async () => {
    const id = await started(NAP, '--label', 'team=sky', '--input', '"mars"');
    await said(['result', id, '--wait']);
    const { out } = await said(['show', id]);
    expect(out).toMatch(/^nap {2}completed\nid {10}/);
    for (const line of [
      'labels      team=sky',
      'input       "mars"',
      'output      {"slept":"mars"}',
      'tasks       1 done',
    ])
      expect(out).toContain(line);
    expect(out).toContain('✔ nap  completed');
    expect(parse((await said(['show', id, '-o', 'yaml'])).out)).toMatchObject({ id, status: 'completed' });
    expect((await said(['show', id, '-o', 'jsonl'])).out.trim().split('\n')).toHaveLength(1);
  });

  it('is its result, once there is one', async () => {
    const id = await started(LONG);
    expect(await said(['result', id])).toMatchObject({
      code: 5,
      out: '',
      err: expect.stringContaining('it is running'),
    });
    await said(['cancel', id]);
    expect(await said(['result', id, '--wait'])).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse((await said(['result', id, '-o', 'json'])).out)).toMatchObject({ id, status: 'cancelled' });
  });

  it('is its history', async () => {
    const id = await started(NAP);
    const followed = await said(['events', id, '--follow']);
    expect(followed.out.trim().split('\n').at(-1)).toMatch(/WorkflowCompleted/);
    expect((await said(['events', id])).out).toBe(followed.out);
    const lines = (await said(['events', id, '-o', 'jsonl', '--after', '1'])).out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { version: number }).version)[0]).toBe(2);
    expect(JSON.parse((await said(['events', id, '-o', 'json'])).out)).toHaveProperty(
      'items.0.type',
      'WorkflowStarted',
    );
    expect((await said(['events', id, '-o', 'name'])).out).toMatch(/^1 WorkflowStarted\n2 /);
  });

  it('is watched to its end', async () => {
    const id = await started(NAP);
    expect(await said(['watch', id])).toMatchObject({ code: 0, out: expect.stringContaining('completed   nap') });
    const { code, out, err } = await said(['watch', await started(BROKEN), '-o', 'json']);
    expect({ code, status: (JSON.parse(out) as { status: string }).status }).toEqual({ code: 1, status: 'failed' });
    expect(err).toContain('failed');
  });
});

describe('Runs are listed', () => {
  it('by what they are', async () => {
    const id = await started(LONG, '--label', 'sort=listed');
    await isListed(id, '--label', 'sort=listed');
    const { out, err } = await cli(
      'list --label sort=listed --status running,paused --definition long --started-after 1h',
    );
    expect(out).toMatch(
      new RegExp(`^ID +STATUS +DEFINITION +TASKS +STARTED +TOOK +LABELS\\n${id} +running +long +0/1 `),
    );
    expect(err).toBe('1 of 1: 1 running\n');
    expect(JSON.parse((await cli('list --label sort=listed -o json')).out)).toMatchObject({
      items: [{ id }],
      nextCursor: null,
    });
  });

  it('page by page, as many as are wanted', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => started(NAP, '--label', 'sort=paged')));
    await Promise.all(ids.map((id) => isListed(id, '--label', 'sort=paged')));
    const first = JSON.parse((await cli('list --label sort=paged --limit 2 -o json')).out) as { nextCursor: string };
    const rest = await said(['list', '--label', 'sort=paged', '--cursor', first.nextCursor, '-o', 'name']);
    expect(rest.out.trim().split('\n')).toHaveLength(1);
  });

  it('and if there are none, that is said', async () => {
    expect(await cli('list --label sort=none')).toEqual({ code: 0, out: '', err: 'There are no such runs.\n' });
  });
});

describe('A run is told', () => {
  it('to pause, to go on, and to stop', async () => {
    const id = await started(LONG);
    expect(await said(['pause', id])).toMatchObject({ code: 0, out: `${id} is paused\n` });
    expect(await said(['pause', id])).toMatchObject({ code: 0, out: `${id} was paused before\n` });
    expect(await said(['resume', id])).toMatchObject({ code: 0, out: `${id} goes on\n` });
    const cancelled = await said(['cancel', id, '--reason', 'twice', '--no-compensate', '-o', 'json']);
    expect(JSON.parse(cancelled.out)).toEqual({ id, changed: true });
    expect(await said(['retry', id])).toMatchObject({ code: 5, err: expect.stringContaining('only a failed run') });
  });

  it('a signal', async () => {
    const id = await started(DOOR);
    expect(await said(['signal', id, 'knock', '--payload', '{"times":2}'])).toMatchObject({ code: 0 });
    expect((await said(['result', id, '--wait'])).out).toBe('{\n  "times": 2\n}\n');
  });

  it('with others, and refusals are counted', async () => {
    const [one, two] = [await started(LONG), await started(NAP)];
    await said(['result', two, '--wait']);
    const { code, out, err } = await said(['cancel', one, two]);
    expect(code).toBe(8);
    expect(out).toContain(`${one}  is being cancelled`);
    expect(err).toMatch(new RegExp(`${two}: .*ended[^]*1 of 2 were refused`));
    expect((await said(['cancel', await started(LONG), await started(LONG), '-o', 'name'])).code).toBe(0);
  });

  it('to go again after it failed', async () => {
    const id = await started(BROKEN);
    await said(['result', id, '--wait']);
    expect(await said(['retry', id])).toMatchObject({ code: 0, out: `${id} goes on\n` });
  });
});

describe('Runs are deleted', () => {
  it('after a question', async () => {
    const id = await started(NAP);
    await said(['result', id, '--wait']);
    expect(await said(['delete', id])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await said(['delete', id], { answer: 'no' })).toMatchObject({
      code: 1,
      err: `Delete run ${id} and its history? [y/N] `,
    });
    expect(await said(['delete', id], { answer: 'y' })).toMatchObject({ code: 0, out: `${id} is deleted\n` });
    expect(await said(['show', id])).toMatchObject({ code: 3 });
  });

  it('not while they run', async () => {
    expect(await said(['delete', await started(LONG), '--yes'])).toMatchObject({
      code: 5,
      err: expect.stringContaining('orrery cancel'),
    });
  });

  it('all that ended before some time', async () => {
    const text = NAP.replace('name: nap', 'name: pruned');
    const ids = await Promise.all(Array.from({ length: 10 }, () => started(text)));
    for (const id of ids) await isListed(id, '--definition', 'pruned', '--status', 'completed');
    const words = ['prune', '--older-than', '0s', '--definition', 'pruned'];
    expect(await said([...words, '--dry-run'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^10 runs ended before /),
    });
    const pruned = JSON.parse((await said([...words, '--yes', '-o', 'json'])).out) as object;
    expect(pruned).toMatchObject({ found: 10, deleted: 10, refused: 0 });
    await until(async () => (await cli('list --definition pruned -o name')).out === '');
    expect(await said([...words, '--yes'])).toMatchObject({ code: 0, out: '0 deleted\n' });
  });
});

describe('The server is looked at', () => {
  it('its tasks', async () => {
    const id = await started('orrery: v1\nname: lonely\ntasks:\n  wait: { type: nobody.knows }\n');
    await until(async () => (await cli('tasks --type nobody.knows --status queued')).out.includes(id));
    await until(async () => (await cli('queues -o name')).out.includes('nobody.knows'));
    expect((await cli('queues')).out).toMatch(/^TYPE +WAITING +OLDEST +HELD +WORKERS\nnobody.knows +1 /);
    expect(await cli('tasks --type none')).toEqual({ code: 0, out: '', err: 'There are no such tasks.\n' });
    await said(['cancel', id]);
  });

  it('its workers and limits', async () => {
    expect(await cli('workers')).toMatchObject({ code: 0, err: expect.stringContaining('No worker is there') });
    expect((await cli('limits')).out).toMatch(/tasksPerRun +20,000\n/);
  });

  it('by the doctor', async () => {
    const { code, out } = await cli('doctor');
    expect(code).toBe(0);
    for (const name of ['node', 'server', 'health', 'clock', 'database'])
      expect(out).toMatch(new RegExp(`^(ok|warn) +${name} `, 'm'));
    // The server of this spec calls its version "test".
    expect(out).toContain('the server is test');
    expect((await cli('doctor -o json')).out).toContain('"state": "ok"');
    expect(await cli('doctor --url http://127.0.0.1:9')).toMatchObject({
      code: 6,
      out: expect.stringContaining('fail  server'),
    });
  });
});

describe('Recorded workflows', () => {
  const task = (id: string, parents: readonly string[]) => ({
    name: id,
    id,
    parents,
    children: [],
    inputFiles: [],
    outputFiles: [],
  });
  const instance = JSON.stringify({
    name: 'two',
    schemaVersion: '1.5',
    workflow: {
      specification: { tasks: [{ ...task('a_1', []), children: ['b_2'] }, task('b_2', ['a_1'])], files: [] },
      execution: {
        makespanInSeconds: 2,
        executedAt: '2020-01-01T00:00:00Z',
        tasks: [
          { id: 'a_1', runtimeInSeconds: 1 },
          { id: 'b_2', runtimeInSeconds: 1 },
        ],
      },
    },
  });

  it('become definitions', async () => {
    const path = await file('two.json', instance);
    const { code, out, err } = await said(['import', 'wfformat', path, '--time-scale', '0.01']);
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({
      name: 'two',
      tasks: { b_2: { input: { duration: '10ms' }, dependsOn: ['a_1'] } },
    });
    expect(err).toBe(`2 tasks. Run it: orrery import wfformat ${path} --run\n`);
  });

  it('are run', async () => {
    const path = await file('two.json', instance);
    const { code, out } = await said(['import', 'wfformat', path, '--time-scale', '0', '--run', '-o', 'json']);
    expect({ code, object: JSON.parse(out) }).toMatchObject({
      code: 0,
      object: { status: 'completed', output: null, error: null },
    });
  });

  it('or their faults are told', async () => {
    const path = await file('none.json', '{"schemaVersion":"1.5"}');
    expect(await said(['import', 'wfformat', path])).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be imported'),
    });
    expect(await said(['import', 'wfformat', path, '--time-scale', '-1'])).toMatchObject({ code: 2 });
  });
});

describe('Shells', () => {
  it('are offered what the server knows', async () => {
    const id = await started(LONG);
    await isListed(id);
    expect((await said(['complete', '--', 'pause', ''])).out).toContain(`${id}\tlong, running\n`);
    expect((await said(['complete', '--', 'run', 'na'])).out).toBe('nap\tversion 1\n:0\n');
    expect((await said(['complete', '--url', 'http://127.0.0.1:9', '--', 'show', ''])).out).toBe(':4\n');
  });
});
