// node tools/openapi.mjs: writes apps/api/openapi.json from the table of routes, and says if that changed it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { format } from 'prettier';
import { bundleOptions, root } from './bundle.mjs';

const target = `${root}apps/api/openapi.json`;
const bundle = `${root}dist/.openapi.mjs`;
await mkdir(`${root}dist`, { recursive: true });
await build({
  ...bundleOptions('api'),
  entryPoints: ['apps/api/src/contract/openapi.ts'],
  outfile: bundle,
  sourcemap: false,
});
const { openApi } = await import(bundle);
const { version } = JSON.parse(await readFile(`${root}apps/api/package.json`, 'utf8'));
const before = await readFile(target, 'utf8').catch(() => '');
const after = await format(JSON.stringify(openApi(version)), { parser: 'json', printWidth: 120 });
await writeFile(target, after);
console.log(
  `apps/api/openapi.json ${before === after ? 'is as it was' : 'has changed: look at what that means for its users'}.`,
);
