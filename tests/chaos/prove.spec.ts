import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';

const NAME = 'prove-spec';
const MODULE = JSON.stringify(new URL('prove.mjs', import.meta.url).href);

/** Runs a proof in a process of its own; what it opens says so when it is removed. */
function proven(proof: string) {
  const script = `
    import { prove } from ${MODULE};
    const open = async () => ({ remove: async () => console.log('removed') });
    await prove('${NAME}', { options: { seed: 7 }, open }, ${proof});
  `;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  const told = lines.findLast((line) => line.startsWith('{'))!;
  return { status, isRemoved: lines.includes('removed'), told: JSON.parse(told) as unknown };
}

afterEach(() => {
  for (const left of readdirSync(tmpdir()).filter((entry) => entry.startsWith(`orrery-${NAME}-`))) {
    rmSync(join(tmpdir(), left), { recursive: true });
  }
});

it.each([
  ['proves something', '{ table: [], violations: [], proved: 1 }', 0, { ok: true, violations: 0 }],
  ['looked at nothing', '{ table: [], violations: [], proved: 0 }', 1, { ok: false, violations: 0 }],
  ['found a violation', '{ table: [], violations: ["lost"], proved: 1 }', 1, { ok: false, violations: 1 }],
])('ends what it opened when the proof %s', (_, result, status, told) => {
  expect(proven(`async () => (${result})`)).toEqual({ status, isRemoved: true, told: { seed: 7, ...told } });
});

it.each([
  ['fails', 'async () => { throw new Error("no broker"); }'],
  [
    'waits while something else fails',
    'async () => { setTimeout(() => { throw new Error("no broker"); }); await new Promise(() => setInterval(() => {}, 1_000)); }',
  ],
])('ends what it opened when the proof %s', (_, proof) => {
  expect(proven(proof)).toEqual({ status: 1, isRemoved: true, told: { ok: false, seed: 7, error: 'no broker' } });
});
