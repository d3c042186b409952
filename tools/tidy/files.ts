import { posix } from 'node:path';
import { isCode, isSpec, type Rule, type Tree } from './tree.js';

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const empty = /^(utils?|helpers?|commons?|managers?|services?|impls?|misc)$/;

/** Files are kebab-case and named for the thing; some words name nothing. */
export const filesAreNamedForTheThing: Rule = (tree) =>
  tree.files
    .filter(({ path }) => /^(apps|libs|tools|tests|benchmarks)\//.test(path) && /\.(ts|tsx|mjs|sql)$/.test(path))
    .flatMap(({ path }) => {
      const parts = path.split('/');
      const odd = parts.filter((part) => !kebab.test(part)).map((part) => `${part} is not kebab-case`);
      const words = parts.flatMap((part) => part.split(/[.-]/)).filter((word) => empty.test(word));
      return [...odd, ...words.map((word) => `"${word}" names nothing`)].map((what) => ({ path, what }));
    });

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;

/** Longest code of a file without blanks and comments, and longest decision record. */
const linesMax = { code: 250, decision: 40 };

/** A file is a page or two. (The linter holds every file, specs too, to 300 lines as they stand.) */
export const filesAreAPageOrTwo: Rule = (tree) =>
  tree.files.flatMap(({ path, code, text }) => {
    const isDecision = /^docs\/decisions\/\d{4}-/.test(path);
    if (!isDecision && (!isCode(path) || isSpec(path))) return [];
    const [lines, max] = isDecision
      ? [text.trimEnd().split('\n').length, linesMax.decision]
      : [linesOf(code), linesMax.code];
    return lines > max ? [{ path, what: `${lines} lines, at most ${max}` }] : [];
  });

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const withoutCode = (text: string) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

const headings = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = '']) => slug(heading));

/** Whether a link leads to nothing that is there; a link to another site is not ours to follow. */
function leadsNowhere(tree: Tree, from: string, link: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return false;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : posix.join(posix.dirname(from), decodeURI(file));
  if (!tree.has(target)) return true;
  return anchor !== undefined && target.endsWith('.md') && !headings(tree.text(target) ?? '').includes(anchor);
}

const linkTarget = /\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)/gm;

/** A link in a document leads to a file or a heading that is there. */
export const linksLeadSomewhere: Rule = (tree) =>
  tree.files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...withoutCode(text).matchAll(linkTarget)]
        .map(([, inline, reference]) => inline ?? reference ?? '')
        .filter((link) => leadsNowhere(tree, path, link))
        .map((link) => ({ path, what: `link to ${link}` })),
    );
