import { importsOf } from './imports.js';
import { isCode, isForSpecs, type Complaint, type Rule, type Source, type Tree } from './tree.js';

const core = (tree: Tree) =>
  tree.files.filter(({ path }) => /^libs\/(domain|application)\/src\//.test(path) && isCode(path) && !isForSpecs(path));

const findings = (files: readonly Source[], pattern: RegExp): Complaint[] =>
  files.flatMap(({ path, code }) => [...code.matchAll(pattern)].map(([what]) => ({ path, what })));

/** What time it is, and when to go on, comes through the Clock port. */
export const noStrayClock: Rule = (tree) =>
  findings(
    core(tree),
    /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)|\bperformance\.\w+|\bhrtime\b|\bset(?:Timeout|Interval)\b/g,
  );

/** Chance comes through a port or from the command's id, so that a run can be told again. */
export const noStrayChance: Rule = (tree) =>
  findings(core(tree), /\bMath\.random\b|\brandom(?:UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b/g);

/** The same input gives the same answer on every machine: no locale, no process, no network. */
export const noStrayMachine: Rule = (tree) =>
  findings(
    core(tree),
    /\blocaleCompare\b|\btoLocale\w+|\bIntl\.\w+|(?<![.\w])process\.\w+|(?:\bawait|\breturn|=>?|\() *fetch\(/g,
  );

/** Parts of Node that only compute; everything else is input or output and belongs to infrastructure. */
const computing: Record<string, RegExp> = {
  'node:crypto': /^(createHash|hash|timingSafeEqual|type \w+)$/,
  'node:async_hooks': /^AsyncLocalStorage$/,
  'node:zlib': /^crc32$/,
};

export const noStrayInputOrOutput: Rule = (tree) =>
  core(tree).flatMap((file) =>
    importsOf(tree, new Map(), file)
      .filter(({ specifier }) => specifier.startsWith('node:'))
      .filter(({ specifier, names }) => {
        const wanted = names.replace(/^\s*type\b|[{}]/g, '').split(',');
        return wanted.some((name) => name.trim() !== '' && !computing[specifier]?.test(name.trim()));
      })
      .map(({ from, specifier, names }) => ({ path: from, what: `imports ${names.trim()} from ${specifier}` })),
  );

/** An app reads its environment once, in its config.ts; anyone may hand it, or PATH, on to a process of theirs. */
export const environmentIsReadInOnePlace: Rule = (tree) =>
  findings(
    tree.files.filter(
      ({ path }) =>
        /^(apps|libs)\//.test(path) &&
        isCode(path) &&
        !isForSpecs(path) &&
        !/^apps\/[^/]+\/src\/config\.ts$/.test(path),
    ),
    /(?<!\.\.\.|env: |PATH: )\bprocess\.env\b/g,
  );
