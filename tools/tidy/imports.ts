import { posix } from 'node:path';
import type { Source, Tree } from './tree.js';

/** One import as it stands in a file, and the file of ours it leads to, if it leads to one. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly names: string;
  readonly to: string | undefined;
}

const importing =
  /\b(?:import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|\bimport\s*['"]([^'"]+)['"]|new URL\(\s*['"](\.[^'"]+)['"]\s*,\s*import\.meta\.url/g;

type Exports = Record<string, { '@orrery/source'?: string }>;

/** What the packages of the workspace offer under their names: `@orrery/domain` leads to its index. */
export function packageEntries(tree: Tree): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { path, text } of tree.files) {
    if (!/^(apps|libs)\/[^/]+\/package\.json$/.test(path)) continue;
    const { name, exports = {} } = JSON.parse(text) as { name: string; exports?: Exports };
    for (const [door, { '@orrery/source': source }] of Object.entries(exports)) {
      if (source) entries.set(posix.join(name, door), posix.join(posix.dirname(path), source));
    }
  }
  return entries;
}

function resolve(tree: Tree, from: string, specifier: string): string | undefined {
  const plain = posix.join(posix.dirname(from), specifier);
  return [plain, plain.replace(/\.js$/, '.ts'), plain.replace(/\.jsx?$/, '.tsx')].find((path) => tree.has(path));
}

/** Every import of one file. */
export function importsOf(tree: Tree, entries: ReadonlyMap<string, string>, file: Source): Import[] {
  return [...file.code.matchAll(importing)].map(([, names = '', ...found]) => {
    const specifier = found.find((each) => each !== undefined) ?? '';
    const to = specifier.startsWith('.') ? resolve(tree, file.path, specifier) : entries.get(specifier);
    return { from: file.path, specifier, names, to };
  });
}
