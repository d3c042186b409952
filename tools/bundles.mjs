// Makes the bundles in dist/ that are missing or old; whoever needs one asks here, from whatever directory it runs in.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => root + path;

/** What is bundled besides the apps: the library as our own benchmark runs it, and the simulation. */
const OTHER_ENTRIES = { benchmark: 'benchmarks/orrery-engine.ts', sim: 'tools/sim.ts' };

/** Where a bundle begins. */
export const entryOf = (name) =>
  OTHER_ENTRIES[name] ?? (name === 'console' ? 'apps/console/src/main.tsx' : `apps/${name}/src/main.ts`);

/** What has to be there afterwards. */
const productOf = (name) => (name === 'console' ? 'dist/console/index.html' : `dist/${name}.mjs`);

const workspaces = () =>
  ['apps', 'libs'].flatMap((folder) => readdirSync(at(folder)).map((name) => `${folder}/${name}/package.json`));

/** What a bundle depends on besides the sources that esbuild names. */
const foundations = () => [
  'package-lock.json',
  'tools/bundle.mjs',
  'tools/bundles.mjs',
  'tools/console.mjs',
  ...workspaces().filter((path) => existsSync(at(path))),
];

const stampOf = (app) => at(`dist/.${app}.stamp.json`);

/** Size and time of change of every file: enough to know that nothing was touched, and read in a millisecond. */
function look(paths) {
  const seen = {};
  for (const path of paths) {
    const found = statSync(at(path), { throwIfNoEntry: false });
    seen[path] = found ? `${found.size} ${found.mtimeMs}` : 'gone';
  }
  return seen;
}

function isFresh(app) {
  if (!existsSync(at(productOf(app))) || !existsSync(stampOf(app))) return false;
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

/** Parts of the bundle before, which nothing leads to any more. */
function clearOldParts(app, names) {
  const isPart = new RegExp(`^${app}-[A-Z0-9]{8}\\.mjs(\\.map)?$`);
  for (const name of readdirSync(at('dist')).filter((each) => isPart.test(each) && !names.has(each)))
    rmSync(at(`dist/${name}`), { force: true });
}

/** A source saved while it was being bundled would look fresh and not be in it: no stamp, so that the next build looks again. */
function stamp(app, sources, started) {
  const made = look([...sources, ...foundations()]);
  if (Object.values(made).every((each) => Number(each.split(' ')[1]) < started))
    put(stampOf(app), JSON.stringify(made));
}

async function bundleConsole(say) {
  const { buildConsole } = await import('./console.mjs');
  const started = Date.now();
  stamp('console', await buildConsole(), started);
  say(`Built dist/console in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function bundle(app, say) {
  const [{ build }, { bundleOptions }] = await Promise.all([import('esbuild'), import('./bundle.mjs')]);
  const started = Date.now();
  const { metafile, outputFiles } = await build({ ...bundleOptions(app), write: false });
  const isSource = (path) => !path.startsWith('node_modules/') && existsSync(at(path));
  const sources = Object.keys(metafile.inputs).filter(isSource);
  mkdirSync(at('dist'), { recursive: true });
  // What leads to the parts comes last.
  const files = [...outputFiles].sort(({ path }) => (path.endsWith(`/${app}.mjs`) ? 1 : -1));
  for (const { path, contents } of files) put(at(`dist/${basename(path)}`), contents);
  clearOldParts(app, new Set(files.map(({ path }) => basename(path))));
  stamp(app, sources, started);
  const bytes = outputFiles
    .filter(({ path }) => path.endsWith('.mjs'))
    .reduce((sum, each) => sum + each.contents.length, 0);
  say(`Built dist/${app}.mjs: ${(bytes / 1e6).toFixed(1)} MB in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Bundles an app into dist/<app>.mjs, and the console into dist/console, unless nothing it is made of has changed. */
export async function ensureBundle(app, say = console.log) {
  if (isFresh(app)) return;
  if (app === 'console') await bundleConsole(say);
  else await bundle(app, say);
}
