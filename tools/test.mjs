// node tools/test.mjs [unit | int | e2e] [path or Jest option ...]: specs of one kind, or of the paths given.
// Without arguments: every suite there is, with coverage, JUnit XML and the gates.
// The last line always says how many passed, failed and were skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coverageFaults } from './coverage-gate.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const kinds = {
  unit: ['--testPathIgnorePatterns=/node_modules/', '--testPathIgnorePatterns=\\.(int|e2e)\\.spec\\.ts$'],
  int: ['--testMatch=**/*.int.spec.ts'],
  e2e: ['--testMatch=**/*.e2e.spec.ts'],
};
const [first, ...others] = process.argv.slice(2);
const everything = first === undefined;
const args = everything ? ['--coverage'] : first in kinds ? [...others, ...kinds[first]] : [first, ...others];

function runJest(results) {
  const jest = ['node_modules/jest/bin/jest.js', '--passWithNoTests', ...args];
  const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', ...jest], {
    stdio: 'inherit',
    env: { ...process.env, ORRERY_TEST_RESULTS: results },
  });
  return status;
}

const scratch = mkdtempSync(join(tmpdir(), 'orrery-tests-'));
const results = join(scratch, 'results.json');
const status = runJest(results);
const found = readFileSync(results, { encoding: 'utf8', flag: 'a+' });
rmSync(scratch, { recursive: true });
// Jest that does not come to its end (a bad option, a crash) leaves nothing to count: that is one failure.
const { passed, failed, skipped } = found
  ? JSON.parse(found)
  : { passed: 0, failed: ['Jest did not come to its end'], skipped: [] };

const faults = everything ? coverageFaults() : [];
// On a developer's machine a server may be missing; where everything has to be proved, nothing is skipped.
if (process.env.CI && skipped.length > 0) faults.push('With CI set no test may be skipped.');

for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of failed) console.log(`failed: ${name}`);
for (const fault of faults) console.error(fault);
console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = status !== 0 || failed.length > 0 || faults.length > 0 ? 1 : 0;
