import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** A fenced block of a document: ```` ```sh start ```` is language `sh` with the word `start`. */
export interface Block {
  readonly document: string;
  /** The line that its fence stands in, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

/** The README and every page under docs/. */
export function documents(): string[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...pages.filter((page) => page.endsWith('.md')).map((page) => `docs/${page}`)].sort();
}

const FENCE = /^```(\S*)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a document, in its order. */
export function blocksOf(document: string): Block[] {
  const text = read(document);
  return [...text.matchAll(FENCE)].map(({ index, 1: language = '', 2: words = '', 3: body = '' }) => ({
    document,
    line: text.slice(0, index).split('\n').length,
    language,
    words: words.split(/\s+/).filter((word) => word !== ''),
    text: body,
  }));
}

export const allBlocks = () => documents().flatMap(blocksOf);

/** The rows of every table of a document, as cells without the spaces around them; heads and rules are left out. */
export function rowsOf(document: string): string[][] {
  const lines = read(document).split('\n');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string) => /^\|[\s:|-]+\|\s*$/.test(line);

/** The targets of the links in a cell or a text. */
export const linksIn = (text: string) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
