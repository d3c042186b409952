import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const UNDONE = new Set(['pending', 'todo', 'skipped']);

/** A skipped test says in its title what it lacked: `describe.skip('the log on PostgreSQL (needs a server: ...)')`. */
const withReason = (name) => (/\(needs [^)]+\)/.test(name) ? name : `${name} (no reason given)`);

const withPlace = (file, name) => `${relative(process.cwd(), file.testFilePath)}: ${name}`;

/** A file that does not even load has no tests to fail; it counts as one. */
const failuresOf = (file) =>
  file.testExecError && file.testResults.length === 0
    ? [withPlace(file, 'the file as a whole')]
    : file.testResults.filter(({ status }) => status === 'failed').map(({ fullName }) => withPlace(file, fullName));

/** Leaves what became of the tests where tools/test.mjs asked for it. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const path = process.env.ORRERY_TEST_RESULTS;
    if (!path) return;
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter(({ status }) => UNDONE.has(status))
        .map(({ fullName }) => withPlace(file, withReason(fullName))),
    );
    const failed = results.testResults.flatMap(failuresOf);
    writeFileSync(path, JSON.stringify({ passed: results.numPassedTests, failed, skipped }));
  }
}
