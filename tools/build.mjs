// node tools/build.mjs [app ...]: bundles apps/<app>/src/main.ts into dist/<app>.mjs, unless nothing it is made of has changed;
// `console` becomes files in dist/console; `benchmark` names the library as benchmarks/ runs it, `sim` what `npm run sim` runs.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBundle, entryOf } from './bundles.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// What esbuild has to say about the sources it has said already.
function giveUp(error) {
  if (!error.errors) throw error;
  process.exit(1);
}

const wanted = process.argv.slice(2);
const apps = wanted.length > 0 ? wanted : readdirSync('apps');
for (const app of apps) {
  if (!existsSync(entryOf(app))) console.log(`There is no ${entryOf(app)} yet: nothing to build.`);
  else await ensureBundle(app).catch(giveUp);
}
