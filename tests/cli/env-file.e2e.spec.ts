import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { root } from '../docs/support/documents.js';
import { build } from '../e2e/support/standalone.js';

jest.setTimeout(120_000);

const PROGRAMS = ['engine', 'worker', 'api', 'cli', 'standalone'];
/** Root may read everything, so another user has to try. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let folder: string;
beforeAll(() => {
  build(...PROGRAMS);
  folder = mkdtempSync(join(tmpdir(), 'orrery-env-'));
  chmodSync(folder, 0o755);
  for (const name of ['directory', 'secret', 'good']) mkdirSync(join(folder, name), { mode: 0o755 });
  mkdirSync(join(folder, 'directory/.env'));
  writeFileSync(join(folder, 'secret/.env'), 'LOG_LEVEL=info\n');
  chmodSync(join(folder, 'secret/.env'), 0o000);
  writeFileSync(join(folder, 'good/.env'), 'ORRERY_URL=http://127.0.0.1:9\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function started(program: string, name: string) {
  const words = [join(root, `dist/${program}.mjs`), ...(program === 'cli' ? ['list'] : [])];
  const env = { PATH: process.env['PATH'] };
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: join(folder, name),
    env,
    encoding: 'utf8',
    ...user,
  });
  return { status, stderr };
}

describe.each(PROGRAMS)('%s, beside a .env', (program) => {
  it.each([
    ['directory', '.env is a directory, not a file of settings: move it away, or start elsewhere'],
    ['secret', '.env may not be read by this user: let the user read it, or start elsewhere'],
  ])('that is a %s, says so in a line and ends with 2', (name, words) => {
    const { status, stderr } = started(program, name);
    expect({ status, lines: stderr.trimEnd().split('\n') }).toEqual({
      status: 2,
      lines: [expect.stringContaining(words)],
    });
  });
});

it('A .env that can be read is', () => {
  expect(started('cli', 'good')).toMatchObject({ status: 6, stderr: expect.stringContaining('http://127.0.0.1:9') });
});
