import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Bundled CommonJS still asks for this. */
const banner = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

/** What a program says of where the server is, if it says so at all. */
const USUAL_URL = 'http://127.0.0.1:8000';

/** A program that uses the SDK, made into one file that Node runs. Gives back where it is. */
export async function bundle(entry: string, serverUrl = USUAL_URL): Promise<string> {
  const path = join(root, entry);
  const contents = (await readFile(path, 'utf8')).replaceAll(USUAL_URL, serverUrl);
  const outfile = join(root, 'dist/programs', `${process.pid}-${basename(entry).replace(/\.\w+$/, '')}.mjs`);
  await build({
    stdin: { contents, resolveDir: dirname(path), loader: 'ts' },
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
