import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A skipped test says in its title what it lacked: `describe.skip('the log on PostgreSQL (needs a server: ...)')`. */
const withReason = (name) => (/\(needs [^)]+\)/.test(name) ? name : `${name} (no reason given)`);

/** Leaves the counts where tools/test.mjs asked for them. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const path = process.env.ORRERY_TEST_RESULTS;
    if (!path) return;
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter(({ status }) => status === 'pending' || status === 'todo' || status === 'skipped')
        .map(({ fullName }) => `${relative(process.cwd(), file.testFilePath)}: ${withReason(fullName)}`),
    );
    // A file that does not even load has no tests to fail; it counts as one.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(path, JSON.stringify({ passed: results.numPassedTests, failed, skipped }));
  }
}
