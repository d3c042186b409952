import type { LabelFilter, RunSummary } from '@orrery/application';
import type { Failure } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import { storableText } from './storable.js';

// What a run is found by. The words are made here, for rows and questions and every adapter alike, and not by the
// server's parser: what it takes for a word hangs on its locale.

const WORDS = /[\p{L}\p{N}]+/gu;
const WORD_CHARACTERS_MAX = 64;
/** An error's message may be long: so many different words of it are found, from its beginning. */
const WORDS_MAX = 500;
/** No label is so long; the server takes no term that is much longer. */
const LABEL_CHARACTERS_MAX = 600;
/** Fewer hexadecimal digits of an id are taken for a word alone. */
const ID_DIGITS_MIN = 4;
const ID_PREFIX =
  /^[0-9a-f]{1,8}$|^[0-9a-f]{8}(-[0-9a-f]{4}){0,2}-[0-9a-f]{0,4}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{0,12}$/;

/** A run, as far as it can be found. */
export type SearchedRun = Pick<RunSummary, 'definition' | 'labels' | 'error'>;

/** The words of a text, in small letters, each once. */
export function wordsOf(text: string): readonly string[] {
  const words = new Set<string>();
  for (const [word] of storableText(text).normalize('NFKC').toLowerCase().matchAll(WORDS)) {
    words.add(storableText(word.slice(0, WORD_CHARACTERS_MAX)));
    if (words.size === WORDS_MAX) break;
  }
  return [...words];
}

/** What stands for a label as a whole, with its value or with any. No word begins like that. */
export function labelTerm({ name, value }: LabelFilter): string {
  const term = value === undefined ? `=${name}` : `=${name}:${value}`;
  return storableText(term.slice(0, LABEL_CHARACTERS_MAX));
}

/** The words of the names seen last: there are few of them, and many runs of each. */
const nameWords = new LRUCache<string, readonly string[]>({ max: 1_000, memoMethod: wordsOf });

/** What a run is found by from its start to its end. */
export function startTerms({ definition, labels }: Omit<SearchedRun, 'error'>): readonly string[] {
  const ofName = nameWords.memo(definition);
  if (Object.keys(labels).length === 0) return ofName;
  const ofLabels = Object.entries(labels).flatMap(([name, value]) => [
    labelTerm({ name }),
    labelTerm({ name, value }),
    ...wordsOf(`${name} ${value}`),
  ]);
  return [...ofName, ...ofLabels];
}

/** What a run is found by because of its error. */
export function errorTerms(error: Failure | null): readonly string[] {
  return error ? wordsOf(`${error.code} ${error.message}`) : [];
}

/** The first and the last id that begin like this; nothing if no id does, or too many. */
export function idsFrom(text: string): readonly [first: string, last: string] | null {
  const prefix = text.trim().toLowerCase();
  if (!ID_PREFIX.test(prefix) || prefix.replaceAll('-', '').length < ID_DIGITS_MIN) return null;
  return [fill(prefix, '0'), fill(prefix, 'f')];
}

function fill(prefix: string, digit: string): string {
  return prefix + '00000000-0000-0000-0000-000000000000'.slice(prefix.length).replaceAll('0', digit);
}

/** Everything that a run is found by, as the text of a `tsvector`. */
export function searchVector(run: SearchedRun): string {
  return `${startTerms(run)
    .map((term) => `${quoted(term)}:1`)
    .join(' ')} ${errorVector(run.error)}`;
}

/** What its error adds: at another place and of another weight than the rest, so that another error can take its place. */
export function errorVector(error: Failure | null): string {
  return errorTerms(error)
    .map((term) => `${quoted(term)}:2A`)
    .join(' ');
}

/** All of these terms as the text of a `tsquery`: whole, or as beginnings. */
export function queryOf(terms: readonly string[], match: 'whole' | 'beginning'): string {
  return terms.map((term) => `${quoted(term)}${match === 'whole' ? '' : ':*'}`).join(' & ');
}

function quoted(term: string): string {
  return `'${term.replace(/['\\]/g, '$&$&')}'`;
}
