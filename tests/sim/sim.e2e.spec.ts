import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from '../e2e/support/standalone.js';

let scratch: string;
beforeAll(async () => {
  build('sim');
  scratch = await mkdtemp(join(tmpdir(), 'orrery-sim-'));
}, 60_000);
afterAll(() => rm(scratch, { recursive: true }));

/** `npm run sim` without npm. */
function sim(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/sim.mjs', ...args], { encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1)!;
  return { status, stdout, stderr, last, said: () => JSON.parse(last) as Record<string, unknown> };
}

describe('npm run sim', () => {
  it('tells of a seed, and the same whenever it is asked', () => {
    const { status, last, said } = sim('--seed', '4294967295');
    expect(status).toBe(0);
    expect(said()).toMatchObject({ seed: 2 ** 32 - 1, violations: 0, trace: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(said()['steps']).toBeGreaterThan(100);
    expect(sim('--seed', '4294967295').last).toBe(last);
    expect(sim('--seed', '4294967295', '--until', '99').said()).toMatchObject({ steps: 99, violations: 0 });
  }, 60_000);

  it('goes on where a file says that it has come to', () => {
    const out = join(scratch, 'ranges');
    const first = sim('--from', '3', '--seeds', '2', '--out', out);
    expect(first.said()).toMatchObject({ from: 3, seeds: 2, violations: 0 });
    expect(readFileSync(out, 'utf8')).toMatch(/^\{"from":3,"seeds":2,.*\}\n$/);
    // Killed while it wrote.
    appendFileSync(out, '{"from":5,"see');
    const both = sim('--from', '3', '--seeds', '3', '--out', out);
    expect(both.said()).toMatchObject({ from: 3, seeds: 3 });
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { from: number }).from)).toEqual([3, 5]);
    expect(sim('--from', '3', '--seeds', '3', '--out', out).last).toBe(both.last);
  }, 60_000);

  it('says which planted faults one seed does not find, and fails then', () => {
    const { status, stdout, said } = sim('--planted', '--seeds', '1');
    expect(stdout).toContain('| fault |');
    expect(said()['found']).toBeLessThan(said()['planted'] as number);
    expect(status).toBe(1);
  }, 120_000);

  it.each([
    [['--seed', '4294967296'], '--seed must be a whole number from 0 to 4294967295, and is "4294967296".'],
    [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
    [['--from', 'x'], '--from must be a whole number'],
    [['--from', '4294967295', '--seeds', '2'], '--seeds must be a whole number from 1 to 1'],
    [['--seeds', '0'], '--seeds must be a whole number from 1'],
    [['--seed', '1', '--out', 'f'], '--out does not go with --seed.'],
    [['--until', '5'], '--until does not go with --from.'],
    [['--sed', '1'], "Unknown option '--sed'"],
  ])(
    'refuses %j with its usage',
    (args, why) => {
      const { status, stderr } = sim(...args);
      expect(stderr).toContain(why);
      expect(stderr).toContain('npm run sim -- --seed N');
      expect(status).toBe(2);
    },
    30_000,
  );
});
