import { existsSync } from 'node:fs';
import preset from './jest.preset.mjs';

// Reports belong to the full run; a run of some specs leaves those of the last full one alone.
const full = process.argv.includes('--coverage');
const junit = ['jest-junit', { outputDirectory: 'reports', outputName: 'junit.xml', addFileAttribute: 'true' }];

export default {
  ...preset,
  roots: ['apps', 'libs', 'tools', 'tests', 'examples']
    .filter((folder) => existsSync(folder))
    .map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  // Two cores are what everybody has; timing-sensitive suites then never run against more neighbours than that.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  // It ends what hangs and measures nothing: on a busy machine everything takes its time.
  testTimeout: 30_000,
  reporters: ['default', ...(full ? [junit] : []), './tools/count-reporter.mjs'],
  // Istanbul counts the branch not taken, which V8 does not: the gates mean more.
  coverageProvider: 'babel',
  coverageDirectory: 'reports/coverage',
  coverageReporters: ['lcovonly', 'cobertura', 'json-summary', 'text-summary'],
  // main.ts is wiring, run by the end-to-end suites in processes of its own.
  collectCoverageFrom: [
    '{apps,libs}/*/src/**/*.ts',
    '!**/*.{spec,contract,harness,d}.ts',
    '!**/testing/**',
    '!**/index.ts',
    '!apps/*/src/main.ts',
    // What needs a browser is run in one, by tests/console; what can be worked out without is in the console's model.
    '!apps/console/src/!(model)/**',
  ],
};
