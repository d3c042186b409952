import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { until } from '../e2e/support/until.js';
import { BROKEN, LONG, NAP, servedLine } from './support/served-line.js';

const { cli, file, said, started } = servedLine();

describe('A mistake', () => {
  it.each([
    ['worker --slots none', '--slots must be a whole number from 1 to 10000, and is "none"'],
    ['signal 5eed0010-0000-4000-8000-000000000001', 'orrery signal needs the name of a signal'],
  ])('in "orrery %s" is told in the words that were typed', async (typed, words) => {
    const { code, err } = await said(typed.split(' '));
    expect({ code, said: err.split('\n')[0] }).toEqual({ code: 2, said: `error: ${words}` });
  });
});

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

  it('that has ended and is started again says to a program how it ended', async () => {
    const id = '5eed0010-0000-4000-8000-000000000002';
    const words = ['run', '-', '--id', id, '--input', '7', '--detach'];
    await said(words, { stdin: NAP });
    await said(['result', id, '--wait']);
    const { out } = await said([...words, '-o', 'json'], { stdin: NAP });
    expect(JSON.parse(out)).toEqual({ id, status: 'completed', output: { slept: 7 }, error: null });
    expect((await said([...words, '-o', 'name'], { stdin: NAP })).out).toBe(`${id}\n`);
  });

  it('spells out on a terminal what would reach for it, and stays the same JSON', async () => {
    const text = 'a\u009b31m\u0007';
    const id = await started(NAP, '--input', JSON.stringify(text));
    await said(['result', id, '--wait']);
    for (const words of [
      ['result', id, '-o', 'json'],
      ['result', id],
      ['show', id, '-o', 'yaml'],
    ]) {
      const { out } = await said(words, { terminal: { columns: 80, rows: 24 } });
      expect(out).toContain('a\\u009b31m');
      expect(out).not.toMatch(/[\u0007\u009b]/);
    }
    const shown = await said(['result', id, '-o', 'json'], { terminal: { columns: 80, rows: 24 } });
    expect(JSON.parse(shown.out)).toMatchObject({ output: { slept: text } });
    expect((await said(['result', id, '-o', 'json'])).out).toContain('\u009b');
  });

  it('is given up on after a while, and goes on', async () => {
    const { code, err } = await said(['run', '-', '--timeout', '3s'], { stdin: LONG });
    expect(code).toBe(7);
    expect(err).toMatch(/error: it was not done after 3\.0 s\n {2}The run goes on: orrery watch [0-9a-f-]{36}\n$/);
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
    expect(err).toBe(`2 tasks. Run it: orrery import wfformat ${path} --time-scale 0.01 --run\n`);
  });

  it('from standard input are called as they call themselves', async () => {
    const { out, err } = await said(['import', 'wfformat', '-'], { stdin: instance.replace('two', 'a recording') });
    expect(parse(out)).toMatchObject({ name: 'a_recording' });
    expect(err).toBe('2 tasks. Run it: orrery import wfformat - --run < FILE\n');
    const named = await said(['import', 'wfformat', '-', '--name', 'my own'], { stdin: instance });
    expect(parse(named.out)).toMatchObject({ name: 'my_own' });
    expect(named.err).toContain("orrery import wfformat - --name 'my own' --run < FILE\n");
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
