// node tools/build.mjs [app ...]: bundles apps/<app>/src/main.ts into dist/<app>.mjs, unless nothing it is made of has changed;
// `benchmark` names the engine as benchmarks/ runs it.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const workspaces = () =>
  ['apps', 'libs'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}/package.json`));

/** What a bundle depends on besides the sources that esbuild names. */
const foundations = () => [
  'package-lock.json',
  'tools/build.mjs',
  'tools/bundle.mjs',
  ...workspaces().filter(existsSync),
];

const stampOf = (app) => `dist/.${app}.stamp.json`;

/** Size and time of change of every file: enough to know that nothing was touched, and read in a millisecond. */
function look(paths) {
  const seen = {};
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    seen[path] = found ? `${found.size} ${found.mtimeMs}` : 'gone';
  }
  return seen;
}

function isFresh(app) {
  if (!existsSync(`dist/${app}.mjs`) || !existsSync(stampOf(app))) return false;
  const before = JSON.parse(readFileSync(stampOf(app), 'utf8'));
  const now = look([...new Set([...Object.keys(before), ...foundations()])]);
  return JSON.stringify(before) === JSON.stringify(now);
}

// Written beside and moved into place, so that a process that starts meanwhile never reads half a bundle.
function put(path, contents) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

async function bundle(app) {
  const [{ build }, { bundleOptions }] = await Promise.all([import('esbuild'), import('./bundle.mjs')]);
  const started = Date.now();
  const { metafile, outputFiles } = await build({ ...bundleOptions(app), write: false });
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/') && existsSync(path));
  mkdirSync('dist', { recursive: true });
  for (const { path, contents } of outputFiles) put(`dist/${basename(path)}`, contents);
  const made = look([...sources, ...foundations()]);
  // A source saved while it was being bundled would look fresh and not be in it: no stamp, so that the next build looks again.
  if (Object.values(made).every((each) => Number(each.split(' ')[1]) < started))
    put(stampOf(app), JSON.stringify(made));
  const bytes = metafile.outputs[`dist/${app}.mjs`].bytes;
  console.log(
    `Built dist/${app}.mjs: ${(bytes / 1e6).toFixed(1)} MB in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}

// What esbuild has to say about the sources it has said already.
function giveUp(error) {
  if (!error.errors) throw error;
  process.exit(1);
}

const wanted = process.argv.slice(2);
const apps = wanted.length > 0 ? wanted : readdirSync('apps');
for (const app of apps) {
  if (app !== 'benchmark' && !existsSync(`apps/${app}/src/main.ts`))
    console.log(`apps/${app} has no src/main.ts yet: nothing to build.`);
  else if (!isFresh(app)) await bundle(app).catch(giveUp);
}
