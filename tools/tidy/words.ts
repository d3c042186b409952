import { isCode, isSpec, type Complaint, type Rule, type Source } from './tree.js';

const isText = ({ path }: Source) =>
  /\.(ts|tsx|mjs|js|json|md|sql|ya?ml|sh|py|html|css|xml|txt)$|(^|\/)[^.]+$/.test(path);

const matches = (files: readonly Source[], pattern: RegExp): Complaint[] =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([what]) => ({ path, what: what.trim().slice(0, 80) })),
  );

const commented = ({ path }: Source) => isCode(path) || /\.(sql|sh|ya?ml|py)$/.test(path);

/** No banners, no licence headers: a file that needs signposts wants to be two files. */
export const commentsAreSentences: Rule = (tree) =>
  matches(
    tree.files.filter(commented),
    /^[ \t]*(?:\/\/|#|--|\*|\/\*\*?)[ \t]*[-=*#~_/]{4,}.*$|^[ \t]*(?:\/\/|#|\*).*[=*#~_/-]{4,}[ \t]*$|^[ \t]*(?:\/\/|\*|#).*(?:Copyright \(|SPDX-License)/gm,
  );

/** No commented-out code: the history keeps what was. */
export const commentsAreNotCode: Rule = (tree) =>
  matches(
    tree.files.filter(({ path }) => isCode(path)),
    /^[ \t]*\/\/ *(?:const|let|var|return|await|throw|import|export|if \(|for \(|this\.|\w+\()[^\n]*[;{]$/gm,
  );

const slashed = (...parts: string[]) => `(?<![\\w.@}-])/${parts.join('/')}`;

// Put together here, so that this file does not name what it looks for.
const machine = new RegExp(
  [
    slashed('work', ''),
    slashed('root', ''),
    slashed('home', '[a-z]'),
    slashed('Users', '[A-Za-z]'),
    slashed('tmp', 'bash'),
    ['farm', '[bs]\\b'].join('-'),
    ['"resolved": "https?', '//[^"]+'].join(':'),
  ].join('|'),
  'g',
);

/** Nothing names the machine it was written on, nor where its packages came from. */
export const nothingNamesAMachine: Rule = (tree) => matches(tree.files.filter(isText), machine);

/** What switches a check off says why; the domain's coverage is never switched off. */
export const switchedOffWithAReason: Rule = (tree) =>
  tree.files
    .filter(({ path }) => isCode(path) && !path.startsWith('tools/tidy'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => /eslint-disable|@ts-|prettier-ignore|(?:istanbul|c8|v8) ignore/.test(line))
        .filter((line) => !/ -- \w/.test(line) || (/ ignore/.test(line) && path.startsWith('libs/domain/')))
        .map((line) => ({ path, what: line.trim() })),
    );

const specs = (files: readonly Source[]) => files.filter(({ path }) => isSpec(path) && !path.startsWith('tools/tidy'));

const inCode = (files: readonly Source[], pattern: RegExp): Complaint[] =>
  files.flatMap(({ path, code }) => [...code.matchAll(pattern)].map(([what]) => ({ path, what })));

/** A spec runs; one that cannot says in its title what it needs: `(needs PostgreSQL: ...)`. */
export const specsRun: Rule = (tree) =>
  inCode(specs(tree.files), /\b(?:it|test|describe)\.only\b|\bf(?:it|describe)\(|\.skip\((?![^;]{0,300}\(needs )/g);

const isUnit = ({ path }: Source) => !/\.(int|e2e)\.spec\.tsx?$/.test(path);

/** Specs await facts and do not sleep (those with real processes may wait to kill one); ports have fakes, so nothing is mocked. */
export const specsAwaitFacts: Rule = (tree) => [
  ...inCode(specs(tree.files), /\bjest\.(?:mock|unstable_mockModule|spyOn)\b/g),
  ...inCode(
    specs(tree.files).filter(isUnit),
    /\bnew Promise(?:<\w+>)?\(\s*\(?\w*\)?\s*=>\s*\{?\s*setTimeout\b|['"]node:timers\/promises['"]/g,
  ),
];
