import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A skipped test says in its title what it lacked: `describe.skip('the log on PostgreSQL (needs a server: ...)')`. */
const reasonOf = (name) => /\(needs ([^)]+)\)/.exec(name)?.[0].slice(1, -1) ?? 'no reason given';

/** Leaves the counts where tools/test.mjs asked for them. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const path = process.env.ORRERY_TEST_RESULTS;
    if (!path) return;
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter(({ status }) => status === 'pending' || status === 'todo' || status === 'skipped')
        .map(({ fullName }) => ({
          name: `${relative(process.cwd(), file.testFilePath)}: ${fullName}`,
          reason: reasonOf(fullName),
        })),
    );
    // A file that does not even load has no tests to fail; it counts as one.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(path, JSON.stringify({ passed: results.numPassedTests, failed, skipped }));
  }
}
