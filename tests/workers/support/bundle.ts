import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Bundled CommonJS still asks for this. */
const banner = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

/** A program that uses the SDK, made into one file that Node runs. Gives back where it is. */
export async function bundle(entry: string): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'orrery-program-')), 'program.mjs');
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@orrery/source'],
    banner: { js: banner },
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'error',
  });
  return outfile;
}
