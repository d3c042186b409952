import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadEnvFile } from './load-env-file.js';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'orrery-env-')), '.env');
});
afterEach(() => {
  rmSync(path, { recursive: true, force: true });
});

describe('A .env file', () => {
  it('need not be there', () => {
    expect(() => loadEnvFile(path)).not.toThrow();
  });

  it('that is a directory is told in a line', () => {
    mkdirSync(path);
    expect(() => loadEnvFile(path)).toThrow(
      `The configuration is wrong: ${path} is a directory, not a file of settings: move it away, or start elsewhere.`,
    );
  });
});
