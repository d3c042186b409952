#!/usr/bin/env node
// `orrery` in a clone: builds what is missing or old, and goes on as the bundle.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tell = (line) => process.stderr.write(`${line}\n`);

try {
  const { ensureBundle } = await import(join(root, 'tools/bundles.mjs'));
  await ensureBundle('cli', tell);
} catch (error) {
  tell(`orrery could not be built: ${error.message}`);
  if (error.code === 'ERR_MODULE_NOT_FOUND') tell('Install what it needs first: npm ci');
  process.exit(1);
}
await import(join(root, 'dist/cli.mjs'));
