// How the console becomes dist/console: Vite bundles it; its files are named by what is in them, so they may be cached for ever.
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { root } from './bundle.mjs';

const plain = (id) => id.replace(/^\0/, '').split('?')[0];

/** Remembers which of our files went in. */
function rememberSources(sources) {
  return {
    name: 'remember-sources',
    moduleParsed({ id }) {
      const path = relative(root, plain(id)).split(sep).join('/');
      if (!path.startsWith('..') && !path.startsWith('node_modules/')) sources.add(path);
    },
  };
}

const options = (outDir, sources, react) => ({
  root: `${root}apps/console`,
  configFile: false,
  logLevel: 'warn',
  // Everything is below the root of the server that serves the API.
  base: '/',
  publicDir: false,
  plugins: [react(), rememberSources(sources)],
  worker: { format: 'es', plugins: () => [rememberSources(sources)] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // What is inlined as data: is refused by the policy that the page is served with.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
});

/** Compresses once what would be compressed for every browser; fonts are already. */
function compress(folder) {
  for (const name of readdirSync(folder).filter((each) => /\.(js|css|svg)$/.test(each))) {
    const contents = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(contents));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents));
  }
}

/** Builds the console into dist/console, and answers the paths of what it is made of. */
export async function buildConsole() {
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  const sources = new Set(['apps/console/index.html']);
  const draft = `${root}dist/.console.${process.pid}`;
  await build(options(draft, sources, react));
  compress(join(draft, 'assets'));
  // Beside, and moved into place: who reads it meanwhile finds the one or the other.
  const target = `${root}dist/console`;
  const before = `${draft}.before`;
  if (existsSync(target)) renameSync(target, before);
  renameSync(draft, target);
  rmSync(before, { recursive: true, force: true });
  return [...sources].filter((path) => existsSync(root + path));
}
