import { LIMITS } from '@orrery/domain';
import { type CST, Composer, type Document, type ErrorCode, Lexer, Parser, type YAMLError } from 'yaml';
import type { DocumentFaultCode, TextReport } from './document-faults.js';

/** YAML 1.2 and its core schema: `no` is a text, and keys are what they look like. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  prettyErrors: false,
  stringKeys: true,
  // `!!binary`, `!!set` and the like have no meaning in JSON.
  resolveKnownTags: false,
  strict: true,
  // Its own check compares every key with every other.
  uniqueKeys: false,
} as const;

const CODES: { readonly [Code in ErrorCode]?: DocumentFaultCode } = {
  BAD_ALIAS: 'document.alias',
  NON_STRING_KEY: 'document.key-not-text',
  TAG_RESOLVE_FAILED: 'document.tag',
};

/** The document and what the collections on the way to a scalar need besides. */
const STACK_MAX = LIMITS.depth + 3;

/**
 * The tokens of the one document there is. The depth is watched while they are read, since what comes after calls itself
 * as deep as the document nests; and a second document ends the reading, so that a million of them cost nothing.
 */
export function tokensOf(text: string, report: TextReport): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const take = (token: CST.Token) => {
    if (token.type === 'directive') {
      report.stop(
        'document.directive',
        token.offset,
        'lines that begin with "%" are not read: write YAML 1.2 without them',
      );
    }
    if (token.type === 'document' && tokens.some(({ type }) => type === 'document')) {
      report.stop('document.several-documents', token.offset, 'a second document begins here, and one is wanted');
    }
    tokens.push(token);
  };
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) take(token);
    if (parser.stack.length > STACK_MAX) {
      report.stop('document.too-deep', parser.offset, `lists and objects nest more than ${LIMITS.depth} deep`);
    }
  }
  for (const token of parser.end()) take(token);
  return tokens;
}

/** Composes the document, or throws with what is wrong in it. */
export function compose(tokens: readonly CST.Token[], length: number, report: TextReport): Document.Parsed {
  const composer = new Composer(OPTIONS);
  const add = (code: ErrorCode, offset: number, message: string) =>
    report.add(CODES[code] ?? 'document.syntax', Math.min(offset, length), message);
  // It would collect a million errors before it gave the first; the report ends it at the hundredth.
  const onError: OnError = (source, code, message) => add(code, offsetOf(source), message);
  Object.assign(composer, { onError });
  const documents = [...composer.compose(tokens)];
  const { errors } = composer.streamInfo();
  for (const error of [...errors, ...documents.flatMap(allErrors)]) add(error.code, error.pos[0], error.message);
  report.settle();
  const [document] = documents;
  return document ?? report.stop('document.empty', 0, 'there is no document in the text');
}

type OnError = (source: ErrorSource, code: ErrorCode, message: string) => void;
type ErrorSource = number | readonly number[] | { readonly offset: number };

function offsetOf(source: ErrorSource): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : source[0]!;
}

function allErrors({ errors, warnings }: Document.Parsed): readonly YAMLError[] {
  return [...errors, ...warnings];
}
