import { describe, expect, test } from '@jest/globals';
import { Invalid, type Json, LIMITS, TooLarge } from '@orrery/domain';
import fc from 'fast-check';
import { TextDocumentReader } from './text-document-reader.js';

const reader = new TextDocumentReader();
const read = (text: string | Uint8Array) => reader.read(text, 'json');

function faultOf(text: string): Invalid {
  try {
    read(text);
  } catch (error) {
    return error as Invalid;
  }
  throw new Error('no fault');
}

/** The faults as `code line:column`. */
function faultsOf(text: string | Uint8Array): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    expect(error.code).toBe('document.unreadable');
    return error.faults.map(({ code, line, column }) => `${code} ${line}:${column}`);
  }
}

/** A text, and the first fault that is told of it. */
const REFUSED = [
  ['', 'document.empty 1:1'],
  [' \n ', 'document.empty 2:2'],
  ['{"a": 1,\n "a": 2}', 'document.duplicate-key 2:2'],
  ['{"a": {"b": 1, "b": 2}}', 'document.duplicate-key 1:16'],
  ['{"__proto__": 1}', 'document.forbidden-key 1:2'],
  ['{"\\u005f_proto__": 1}', 'document.forbidden-key 1:2'],
  ['{"constructor": {"prototype": 1}}', 'document.forbidden-key 1:18'],
  ['1e400', 'document.bad-number 1:1'],
  ['[-1e400]', 'document.bad-number 1:2'],
  ['12345678901234567890', 'document.bad-number 1:1'],
  ['9007199254740993', 'document.bad-number 1:1'],
  [`1${'0'.repeat(400)}`, 'document.bad-number 1:1'],
  ['"\\ud800"', 'document.bad-character 1:1'],
  ['{"\\udc00": 1}', 'document.bad-character 1:2'],
  ['"a\\u0000b"', 'document.bad-character 1:1'],
  ['"a\0b"', 'document.syntax 1:3'],
  ['[1 2]', 'document.syntax 1:4'],
  ['[1,]', 'document.syntax 1:4'],
  ['{"a" 1}', 'document.syntax 1:6'],
  ['{a: 1}', 'document.syntax 1:2'],
  ['{"a": 1,}', 'document.syntax 1:9'],
  ["{'a': 1}", 'document.syntax 1:2'],
  ['[1] []', 'document.syntax 1:5'],
  ['"a', 'document.syntax 1:3'],
  ['"\\x"', 'document.syntax 1:2'],
  ['"a\nb"', 'document.syntax 1:3'],
  ['nul', 'document.syntax 1:1'],
  ['01', 'document.syntax 1:2'],
  ['[', 'document.syntax 1:2'],
  ['😀', 'document.syntax 1:1'],
  ['['.repeat(100_000), 'document.too-deep 1:65'],
  ['{"a":'.repeat(50_000), 'document.too-deep 1:321'],
  ['['.repeat(65) + ']'.repeat(65), 'document.too-deep 1:65'],
].map(([text, fault]) => [JSON.stringify(text!.slice(0, 40)), text!, fault!]);

describe('reading JSON', () => {
  test('gives what JSON.parse gives', () => {
    const plain = fc.jsonValue({ maxDepth: 6 }).filter((value) => !/__proto__|\\u|\d{16}/.test(JSON.stringify(value)));
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(plain, spaces, (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(JSON.stringify(read(text).value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('never throws anything but faults with a place, whatever it is given', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '1',
      '-',
      'e',
      '.',
      'null',
      ' ',
      '\n',
      '\0',
      '\\u',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((each) => each.join('')),
        (text) => {
          let parsed: { value?: unknown } = {};
          try {
            parsed = { value: JSON.parse(text) };
          } catch {
            expect(faultsOf(text)).not.toEqual([]);
          }
          if ('value' in parsed && faultsOf(text).length === 0) expect(read(text).value).toEqual(parsed.value);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each(REFUSED)('refuses %s', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  test('tells several faults at once, in the order of the text, up to a hundred', () => {
    expect(faultsOf('{"a": 1e999,\n"a": "\\ud800"}')).toEqual([
      'document.bad-number 1:7',
      'document.duplicate-key 2:1',
      'document.bad-character 2:6',
    ]);
    expect(faultsOf(`[${'1e999,'.repeat(1_000)}1]`)).toHaveLength(100);
  });

  test('accepts what looks like it, and is not', () => {
    const accepted: readonly [string, Json][] = [
      ['{"constructor": {"a": 1}}', { constructor: { a: 1 } }],
      ['{"prototype": 1}', { prototype: 1 }],
      ['9007199254740991', 9007199254740991],
      ['1e5', 100_000],
      ['12345678901234567890.5', 12345678901234567890.5],
      ['-0', 0],
      ['"\\ud83d\\ude00"', '😀'],
      ['\uFEFF{}', {}],
      ['{"toString": 1, "hasOwnProperty": 2}', { toString: 1, hasOwnProperty: 2 }],
    ];
    for (const [text, value] of accepted) expect(read(text).value).toEqual(value);
    expect(read('['.repeat(64) + ']'.repeat(64)).value).toBeDefined();
  });

  test('shortens what it shows', () => {
    const long = 'k'.repeat(1_000);
    const { message } = faultOf(`{"${long}": 1, "${long}": ${'9'.repeat(1_000)}}`);
    expect(message.length).toBeLessThan(120);
  });

  test('does not take a bug for a fault of the text', () => {
    expect(() => reader.read('1', 'toml' as never)).toThrow(TypeError);
  });

  test('keeps a key of a prototype from the prototype', () => {
    expect(faultsOf('{"__proto__": {"polluted": true}}')).toEqual(['document.forbidden-key 1:2']);
    expect('polluted' in {}).toBe(false);
  });

  test('reads bytes as UTF-8, and says where they are not', () => {
    const bytes = (...parts: readonly (string | number)[]) =>
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));
    expect(read(bytes('\uFEFF{"ä": "😀"}')).value).toEqual({ ä: '😀' });
    expect(faultsOf(bytes('{"ä":\n "x', 0xff, '"}'))).toEqual(['document.not-utf8 2:4']);
    expect(faultsOf(bytes('"', 0xed, 0xa0, 0x80, '"'))).toEqual(['document.not-utf8 1:2']);
    expect(faultsOf(bytes('"', 0xc0, 0xaf, '"'))).toEqual(['document.not-utf8 1:2']);
    expect(faultsOf(bytes('"😀', 0xf0, 0x9f))).toEqual(['document.not-utf8 1:4']);
    expect(faultsOf(bytes(0xff, 0xfe, '[', 0, ']', 0))).toEqual(['document.not-utf8 1:1']);
  });

  test('refuses a text beyond the limit without reading it', () => {
    expect(() => read('['.repeat(10 * LIMITS.definitionBytes))).toThrow(TooLarge);
  });
});

describe('the places of JSON', () => {
  const { locate } = read('{\n  "a": [1, {"b/c~": "x\\ny ${ z }"}],\r\n  "d": {}\n}');

  test.each([
    ['', 1, 1],
    ['/a', 2, 3],
    ['/a/0', 2, 9],
    ['/a/1', 2, 12],
    ['/a/1/b~1c~0', 2, 13],
    ['/d', 3, 3],
    ['/d/missing', 3, 3],
    ['/e/f/g', 1, 1],
  ])('%j is at %d:%d', (pointer, line, column) => {
    expect(locate(pointer)).toEqual({ line, column });
  });

  test('go into a text', () => {
    const { locate: into } = read('{"a": "say ${ x }", "b": "\\"${ y }", "c": 1}');
    expect(into('/a', 4)).toEqual({ line: 1, column: 12 });
    // After an escape the rest is looked for.
    expect(into('/b', 1)).toEqual({ line: 1, column: 29 });
    expect(into('/b', 99)).toEqual({ line: 1, column: 26 });
    expect(into('/c', 4)).toEqual({ line: 1, column: 38 });
    expect(into('/nowhere', 4)).toEqual({ line: 1, column: 1 });
  });
});
