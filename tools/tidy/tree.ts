import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One file of the repository; `path` is relative to its root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** The text without its comments; strings stay. */
  readonly code: string;
}

/** The repository as the rules see it. */
export interface Tree {
  readonly files: readonly Source[];
  has(path: string): boolean;
  text(path: string): string | undefined;
}

/** What a rule has to say about a file; no complaints, no output. */
export interface Complaint {
  readonly path: string;
  readonly what: string;
}

export type Rule = (tree: Tree) => Complaint[];

const stringOrComment =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<!:)\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

const withoutComments = (text: string) => text.replace(stringOrComment, (_, kept: string | undefined) => kept ?? '');

function lazily(path: string, read: () => string): Source {
  let text: string | undefined;
  let code: string | undefined;
  return {
    path,
    get text() {
      return (text ??= read());
    },
    get code() {
      return (code ??= withoutComments(this.text));
    },
  };
}

function treeFrom(files: readonly Source[]): Tree {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = new Set(files.flatMap(({ path }) => ancestors(path)));
  return {
    files,
    has: (path) => byPath.has(path) || folders.has(path.replace(/\/$/, '')),
    text: (path) => byPath.get(path)?.text,
  };
}

function ancestors(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? ['.'] : [folder, ...ancestors(folder)];
}

/** A tree made of what is given, for the specs of the rules. */
export const treeOf = (files: Record<string, string>): Tree =>
  treeFrom(Object.entries(files).map(([path, text]) => lazily(path, () => text)));

const notOurs = new Set(['node_modules', 'dist', 'reports', 'coverage', '.git', '.nx', '.orrery', '.env']);

/** Everything under a folder that a person wrote; files are read when a rule first looks at them. */
export function readTree(root: string): Tree {
  const walk = (folder: string): Source[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !notOurs.has(name))
      .flatMap((entry) => {
        const path = posix.join(folder, entry.name);
        if (entry.isDirectory()) return walk(path);
        return [lazily(path, () => readFileSync(join(root, path), 'utf8'))];
      });
  return treeFrom(walk('.'));
}

export const isSpec = (path: string) => /\.spec\.tsx?$/.test(path);

/** Code that only specs use: fakes, builders and suites that run against more than one adapter. */
export const isForSpecs = (path: string) =>
  isSpec(path) || /(^|\/)testing\//.test(path) || /\.(contract|harness)\.ts$/.test(path) || path.startsWith('tests/');

export const isCode = (path: string) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts');
