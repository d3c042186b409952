import { describe, expect, test } from '@jest/globals';
import { Invalid } from '@orrery/domain';
import { DOCUMENT_FAULTS, type DocumentFaultCode } from './document-faults.js';
import { TextDocumentReader } from './text-document-reader.js';

type Example = readonly ['json' | 'yaml', string | Uint8Array];

/** For every code a text that has such a fault. */
const EXAMPLES: { readonly [Code in DocumentFaultCode]: Example } = {
  'document.syntax': ['json', '[1,]'],
  'document.not-utf8': ['json', Uint8Array.of(0xff)],
  'document.empty': ['yaml', '# nothing'],
  'document.too-deep': ['json', '['.repeat(100)],
  'document.duplicate-key': ['yaml', 'a: 1\na: 2'],
  'document.forbidden-key': ['json', '{"__proto__": 1}'],
  'document.bad-number': ['json', '1e400'],
  'document.ambiguous-number': ['yaml', 'a: 0777'],
  'document.bad-character': ['json', '"\\u0000"'],
  'document.key-not-text': ['yaml', '[a]: b'],
  'document.tag': ['yaml', '!!js/undefined x'],
  'document.alias': ['yaml', '*a'],
  'document.too-large': ['yaml', `a: &a "${'x'.repeat(1_000)}"\nb: [${'*a, '.repeat(4_300)}]`],
  'document.merge-key': ['yaml', '<<: 1'],
  'document.directive': ['yaml', '%YAML 1.1\n---\na'],
  'document.several-documents': ['yaml', 'a\n---\nb'],
};

describe('every code of a fault of a text', () => {
  test.each(Object.keys(DOCUMENT_FAULTS) as DocumentFaultCode[])('%s has an example and a sentence', (code) => {
    const [format, text] = EXAMPLES[code];
    let thrown: unknown;
    try {
      new TextDocumentReader().read(text, format);
    } catch (error) {
      thrown = error;
    }
    const { faults, message } = thrown as Invalid;
    expect(thrown).toBeInstanceOf(Invalid);
    expect(faults[0]).toMatchObject({ code, severity: 'error', pointer: '' });
    expect(message).toBe(`line ${faults[0]!.line}, column ${faults[0]!.column}: ${faults[0]!.message}`);
    expect(DOCUMENT_FAULTS[code]).toMatch(/^[A-Z].+\.$/);
  });
});
