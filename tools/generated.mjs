// What is generated from the code and committed: each tool makes its document, and here it is written.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { format } from 'prettier';
import { bundleOptions, root } from './bundle.mjs';

/** What a module of ours exports, bundled for the occasion. */
export async function load(entry, name) {
  const outfile = `${root}dist/.${name}.mjs`;
  await mkdir(dirname(outfile), { recursive: true });
  await build({ ...bundleOptions('api'), entryPoints: [entry], outfile, sourcemap: false });
  return import(outfile);
}

/** Writes a document as JSON, and says if that changed it. */
export async function write(path, document) {
  const target = root + path;
  const before = await readFile(target, 'utf8').catch(() => '');
  const after = await format(JSON.stringify(document), { parser: 'json', printWidth: 120 });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, after);
  console.log(`${path} ${before === after ? 'is as it was' : 'has changed: look at what that means for its users'}.`);
}
