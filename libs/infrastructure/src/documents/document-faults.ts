import { type Fault, Invalid } from '@orrery/domain';
import type { Places } from './places.js';

/** Every code that a fault of a text can have, and what it means. */
export const DOCUMENT_FAULTS = Object.freeze({
  'document.syntax': 'The text is not JSON, or not YAML 1.2.',
  'document.not-utf8': 'The bytes are not UTF-8.',
  'document.empty': 'There is no document in the text.',
  'document.too-deep': 'Lists and objects nest deeper than the limit.',
  'document.duplicate-key': 'An object has the same key twice.',
  'document.forbidden-key':
    'A key that programs have been attacked with: `__proto__`, or `prototype` in `constructor`.',
  'document.bad-number': 'A number that no double keeps: an integer beyond 2^53, 1e400, `.inf`, `.nan`.',
  'document.ambiguous-number': 'YAML: an integer with a leading zero, decimal to YAML 1.2 and octal to YAML 1.1.',
  'document.bad-character': 'A character that cannot be stored: NUL, or half of a surrogate pair.',
  'document.key-not-text': 'YAML: a key that is a list or an object.',
  'document.tag': 'YAML: a tag outside the core schema.',
  'document.alias': 'YAML: an alias of nothing, or of what it stands in itself.',
  'document.too-large': 'YAML: the aliases of a document make it larger than the limit.',
  'document.merge-key': 'YAML: a merge key (`<<`), which YAML 1.2 does not have.',
  'document.directive': 'YAML: a directive (a line that begins with `%`).',
  'document.several-documents': 'YAML: a second document in the same text.',
} as const);

export type DocumentFaultCode = keyof typeof DOCUMENT_FAULTS;

/** How many faults of a text are told. */
const FAULTS_MAX = 100;

/** What is wrong with a text, and at which character of it. */
export interface TextFault {
  readonly code: DocumentFaultCode;
  readonly message: string;
  readonly offset: number;
}

/** Thrown when reading cannot go on. */
export class Unreadable {
  constructor(readonly faults: readonly TextFault[]) {}
}

/** Collects faults that do not keep the reader from going on. */
export class TextReport {
  private readonly found: TextFault[] = [];

  add(code: DocumentFaultCode, offset: number, message: string): void {
    if (this.found.length < FAULTS_MAX) this.found.push({ code, message, offset });
    if (this.found.length === FAULTS_MAX) this.end();
  }

  /** Says what is wrong, and that nothing after it can be told. */
  stop(code: DocumentFaultCode, offset: number, message: string): never {
    this.found.push({ code, message, offset });
    this.end();
  }

  /** Throws if anything is wrong. */
  settle(): void {
    if (this.found.length > 0) this.end();
  }

  private end(): never {
    throw new Unreadable(this.found);
  }
}

/** The faults as the world sees them, in the order of the text, with line and column. */
export function unreadable(faults: readonly TextFault[], places: Places): Invalid {
  const placed = [...faults]
    .sort((a, b) => a.offset - b.offset)
    .map(({ code, message, offset }): Fault => ({
      code,
      message,
      pointer: '',
      severity: 'error',
      ...places.at(offset),
    }));
  const { message, line, column } = placed[0]!;
  return new Invalid('document.unreadable', `line ${line}, column ${column}: ${message}`, placed);
}
