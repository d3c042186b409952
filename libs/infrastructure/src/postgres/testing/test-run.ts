import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processStart } from '../embedded/processes.js';

/** One run of the tests, however many workers it has: what they share goes by its name and ends with it. */
export interface TestRun {
  readonly pid: number;
  /** Begins the name of every database of this run. */
  readonly prefix: string;
  readonly directory: string;
}

export function thisTestRun(): TestRun {
  // Jest's workers are children of the process that was started; alone, the tests run in that process itself.
  const pid = process.argv[1]?.includes('jest-worker') ? process.ppid : process.pid;
  // The number comes again one day, in another run.
  const name = `${pid}_${createHash('sha256')
    .update(String(processStart(pid)))
    .digest('hex')
    .slice(0, 6)}`;
  const directory = join(tmpdir(), `orrery-test-${name}`);
  return { pid, prefix: `orrery_test_${name}`, directory };
}

/** Has everything of this run removed when it is over, even by kill -9; `what` says where the databases are. */
export function reapAfter(run: TestRun, what: { readonly url: string; readonly dataDirectory?: string }): void {
  try {
    mkdirSync(join(run.directory, 'reaper'));
  } catch {
    // Another worker has seen to it.
    return;
  }
  const reaper = fileURLToPath(new URL('./reap-test-run.mjs', import.meta.url));
  const order = JSON.stringify({ ...run, ...what });
  spawn(process.execPath, [reaper, order], { detached: true, stdio: 'ignore', cwd: '/' }).unref();
}
