// The engine as the benchmarks run it, bundled when that is missing or old: they work in a clone after `npm ci`.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = new URL('..', import.meta.url);

/** Builds dist/<name>.mjs for each name, unless it is there and fresh. */
export function build(...names) {
  const stdio = ['ignore', 'ignore', 'inherit'];
  execFileSync(process.execPath, ['tools/build.mjs', ...names], { cwd: fileURLToPath(root), stdio });
}

/** What orrery-engine.ts exports, bundled. */
export function loadEngine() {
  build('benchmark');
  return import(new URL('dist/benchmark.mjs', root));
}
