import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { root } from '../docs/support/documents.js';
import { hasProgram } from '../e2e/support/programs.js';
import { Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { type Said, completedByBash, completedByFish, completedByZsh } from './support/shells.js';
import { spawned } from './support/spawned.js';

jest.setTimeout(120_000);

let standalone: Standalone;
const env = () => ({ ORRERY_URL: standalone.url });
beforeAll(async () => {
  build('cli', 'standalone');
  standalone = new Standalone(await dataDirectory(), await getPort());
  await standalone.greeted();
});
afterAll(endPrograms);

const inShell = (name: string) => (hasProgram(name) ? describe : describe.skip);
const TRAP = join(root, 'dist/trapped');

/** Whoever presses tab has not yet run what is on the line. */
function runsNothing(complete: (line: string, env: Readonly<Record<string, string>>) => Said) {
  complete(`orrery show $(touch ${TRAP}) \`touch ${TRAP}\` ; touch ${TRAP} `, env());
  expect(existsSync(TRAP)).toBe(false);
}

inShell('bash')('In bash (needs bash)', () => {
  it.each([
    ['orrery ca', 'cancel'],
    ['orrery list --output js', 'json jsonl'],
    ['orrery validate examples/fan', 'examples/fan-out.yaml'],
    ['orrery run fan', 'fan-out'],
  ])('"%s" and a tab offers %s, without any package, also evaluated again', (line, words) => {
    expect(completedByBash(line, env())).toEqual({ stdout: `${words}\n`, stderr: '' });
  });

  it('nothing is run of what is typed', () => runsNothing(completedByBash));
});

inShell('zsh')('In zsh (needs zsh: ORRERY_TEST_INSTALL=1 installs it)', () => {
  it.each([
    ['orrery ca', 'orrery cancel '],
    ['orrery list --output js', 'orrery list --output json'],
    ['orrery validate examples/fan', 'orrery validate examples/fan-out.yaml '],
    ['orrery run fan', 'orrery run fan-out '],
  ])('"%s" and a tab is "%s"', (line, completed) => {
    expect(completedByZsh(line, env())).toEqual({ stdout: `${completed}\n`, stderr: '' });
  });

  it('nothing is run of what is typed', () => runsNothing(completedByZsh));
});

inShell('fish')('In fish (needs fish: ORRERY_TEST_INSTALL=1 installs it)', () => {
  it.each([
    ['orrery ca', 'cancel\tstop a run, and undo what it did'],
    ['orrery list --output js', 'json\njsonl'],
    ['orrery validate examples/fan', 'examples/fan-out.yaml'],
    ['orrery run fan', 'fan-out\tversion 1'],
  ])('"%s" and a tab offers %j', (line, words) => {
    expect(completedByFish(line, env())).toEqual({ stdout: `${words}\n`, stderr: '' });
  });

  it('nothing is run of what is typed', () => runsNothing(completedByFish));
});

describe('For any shell', () => {
  it('commands are offered with what they mean, and whether files are offered, too', async () => {
    expect(await spawned(['complete', '--', 'ca'])).toEqual({
      code: 0,
      out: 'cancel\tstop a run, and undo what it did\n:4\n',
      err: '',
    });
    expect((await spawned(['complete', '--', 'validate', 'x'])).out).toBe(':0\n');
  });

  it('there is a script, and PowerShell asks in its own words', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
      expect(await spawned(['completion', shell])).toMatchObject({ code: 0, out: expect.stringContaining('complete') });
    const { out } = await spawned(['completion', 'powershell']);
    expect(out).toContain("Register-ArgumentCompleter -CommandName 'orrery'");
    expect(out).toContain("& orrery complete '--' $QuotedArgs");
  });
});
