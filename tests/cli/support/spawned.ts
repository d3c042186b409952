import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../docs/support/documents.js';
import type { Ended } from './command-line.js';

/** The committed file that `npx orrery` starts. */
export const BIN = join(root, 'apps/cli/bin/orrery.mjs');

export interface Spawning {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `orrery` as a user does, in a process of its own and without a terminal. Settings of whoever runs the tests are none of its business. */
export function spawned(words: readonly string[], { cwd = root, env = {} }: Spawning = {}): Promise<Ended> {
  const clean = { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8', TZ: 'UTC', ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...words], { cwd, env: clean }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
