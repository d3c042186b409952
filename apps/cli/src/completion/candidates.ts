import type { DeadLetterStatus, WorkflowStatus } from '@orrery/sdk';
import { FORMATS } from '../cli.js';
import { LETTER_STATUSES } from '../letter-looks.js';
import { TASK_STATUSES, WORKFLOW_INKS } from '../run/status-words.js';
import { type Verb, type VerbOption, namesOf } from '../verb.js';

/** What a word may become, and what that means. */
export interface Candidate {
  readonly value: string;
  readonly means: string;
}

/** Candidates, and whether the shell is to offer files as well. */
export interface Candidates {
  readonly items: readonly Candidate[];
  readonly withFiles: boolean;
}

/** What only a server knows. */
export interface Lookups {
  runs(status: WorkflowStatus | undefined): Promise<readonly Candidate[]>;
  definitions(): Promise<readonly Candidate[]>;
  contexts(): Promise<readonly Candidate[]>;
  deadLetters(status: readonly DeadLetterStatus[]): Promise<readonly Candidate[]>;
}

/** The shells that can be told what to offer. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish', 'powershell'];

const FILES: Candidates = { items: [], withFiles: true };
const NOTHING: Candidates = { items: [], withFiles: false };

const plain = (values: readonly string[]): Candidates => ({
  items: values.map((value) => ({ value, means: '' })),
  withFiles: false,
});

/** Which runs a command can do something with. */
const STATUS_FOR: { readonly [verb: string]: WorkflowStatus } = { retry: 'failed', resume: 'paused', pause: 'running' };

/** The same of dead letters. */
const LETTERS_FOR: { readonly [verb: string]: readonly DeadLetterStatus[] } = {
  'dlq show': LETTER_STATUSES,
  'dlq drop': ['waiting', 'redriven'],
};
const STATUSES_OF: { readonly [verb: string]: readonly string[] } = {
  tasks: TASK_STATUSES,
  'dlq list': LETTER_STATUSES,
};

type Answer = (lookups: Lookups, verb: string) => Promise<Candidates>;
const definitions: Answer = async (lookups) => ({ items: await lookups.definitions(), withFiles: false });

const contexts: Answer = async (lookups) => ({ items: await lookups.contexts(), withFiles: false });

const ARGUMENTS: { readonly [name: string]: Answer } = {
  id: async (lookups, verb) => ({ items: await lookups.runs(STATUS_FOR[verb]), withFiles: false }),
  definition: async (lookups) => ({ items: await lookups.definitions(), withFiles: true }),
  name: definitions,
  letter: async (lookups, verb) => ({
    items: await lookups.deadLetters(LETTERS_FOR[verb] ?? ['waiting']),
    withFiles: false,
  }),
  context: contexts,
  file: async () => FILES,
  directory: async () => FILES,
  shell: async () => plain(SHELLS),
};

const OPTION_VALUES: { readonly [flag: string]: Answer } = {
  '--output': async () => plain(FORMATS),
  '-o': async () => plain(FORMATS),
  '--status': async (_lookups, verb) => plain(STATUSES_OF[verb] ?? Object.keys(WORKFLOW_INKS)),
  '--definition': definitions,
  '--context': contexts,
  '--input': async () => FILES,
  '--payload': async () => FILES,
  '--data': async () => FILES,
};

const argumentsOf = ({ usage }: Verb) => [...usage.matchAll(/[<[](\w+)(\.\.\.)?[>\]]/g)].map(([, name = '']) => name);
const calledAs = (verb: Verb | undefined) => (verb ? namesOf(verb).join(' ') : '');
const flagsOf = ({ flags }: VerbOption) => flags.split(/,? /).filter((word) => word.startsWith('-'));
const takesValue = ({ flags }: VerbOption) => flags.includes('<');

/** The command line as a shell is asked to complete it. */
export interface Grammar {
  readonly verbs: readonly Verb[];
  /** Options of every command. */
  readonly globals: readonly VerbOption[];
}

/** What the last word may become, after those before it. */
export async function candidatesFor(
  { verbs, globals }: Grammar,
  words: readonly string[],
  lookups: Lookups,
): Promise<Candidates> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const last = before.at(-1) ?? '';
  const spoken = spokenIn(before, [...globals, ...verbs.flatMap(({ options = [] }) => options)]);
  const verb = verbs.find((each) => namesOf(each).every((name, at) => spoken[at] === name));
  const options = [...(verb?.options ?? []), ...globals];
  if (options.some((option) => takesValue(option) && flagsOf(option).includes(last)))
    return (await OPTION_VALUES[last]?.(lookups, calledAs(verb))) ?? NOTHING;
  if (typed.startsWith('-')) return { items: options.flatMap(flagCandidates), withFiles: false };
  if (!verb) return { items: namesAfter(verbs, spoken), withFiles: false };
  return argumentOf(verb, spoken.length - namesOf(verb).length, lookups);
}

/** What the n-th argument of a command may be. */
async function argumentOf(verb: Verb, at: number, lookups: Lookups): Promise<Candidates> {
  const names = argumentsOf(verb);
  const name = names[at] ?? (verb.usage.includes('...') ? names.at(-1) : undefined);
  return (await ARGUMENTS[name ?? '']?.(lookups, calledAs(verb))) ?? NOTHING;
}

/** The words that are neither options nor their values. */
function spokenIn(words: readonly string[], options: readonly VerbOption[]): readonly string[] {
  const valued = new Set(options.filter(takesValue).flatMap(flagsOf));
  return words.filter((word, at) => !word.startsWith('-') && !valued.has(words[at - 1] ?? ''));
}

const flagCandidates = (option: VerbOption): Candidate[] =>
  flagsOf(option)
    .filter((flag) => flag.startsWith('--'))
    .map((value) => ({ value, means: option.means }));

function namesAfter(verbs: readonly Verb[], spoken: readonly string[]): Candidate[] {
  const fitting = verbs.filter((verb) => !verb.isHidden && spoken.every((word, at) => namesOf(verb)[at] === word));
  const found = new Map(fitting.map((verb) => [namesOf(verb)[spoken.length] ?? '', verb.summary]));
  return [...found].filter(([value]) => value !== '').map(([value, means]) => ({ value, means }));
}
