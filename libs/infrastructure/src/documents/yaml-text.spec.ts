import { describe, expect, test } from '@jest/globals';
import { Invalid, type Json, LIMITS, TooLarge } from '@orrery/domain';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { TextDocumentReader } from './text-document-reader.js';

const reader = new TextDocumentReader();
const read = (text: string | Uint8Array) => reader.read(text, 'yaml');

function faultsOf(text: string | Uint8Array): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return error.faults.map(({ code, line, column }) => `${code} ${line}:${column}`);
  }
}

/** Each level has ten of the one before it. */
const LAUGHS = Array.from({ length: 10 }, (_, level) =>
  level === 0
    ? 'a0: &a0 [lol, lol]'
    : `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
).join('\n');

/** A text, and the first fault that is told of it. */
const REFUSED = [
  ['', 'document.empty 1:1'],
  ['# nothing\n', 'document.empty 1:1'],
  ['a: 1\na: 2', 'document.duplicate-key 2:1'],
  ['{a: 1, "a": 2}', 'document.duplicate-key 1:8'],
  ['tasks:\n  a: 1\n  b: 2\n  a: 3', 'document.duplicate-key 4:3'],
  ['__proto__: {polluted: true}', 'document.forbidden-key 1:1'],
  ['constructor:\n  prototype: 1', 'document.forbidden-key 2:3'],
  ['a: 012', 'document.ambiguous-number 1:4'],
  ['a: -0777', 'document.ambiguous-number 1:4'],
  ['.inf', 'document.bad-number 1:1'],
  ['[.nan]', 'document.bad-number 1:2'],
  ['1e400', 'document.bad-number 1:1'],
  ['12345678901234567890', 'document.bad-number 1:1'],
  ['0xFFFFFFFFFFFFFFFF', 'document.bad-number 1:1'],
  ['"a\\0b"', 'document.bad-character 1:1'],
  ['"\\ud800"', 'document.bad-character 1:1'],
  ['[a, b]: c', 'document.key-not-text 1:1'],
  ['? {a: 1}\n: b', 'document.key-not-text 1:3'],
  [': a', 'document.key-not-text 1:1'],
  ['a: &x b\n*x : c', 'document.key-not-text 2:1'],
  ['a: !!js/function "f"', 'document.tag 1:4'],
  ['a: !!js/regexp /a/', 'document.tag 1:4'],
  ['a: !!python/object/apply:os.system [ls]', 'document.tag 1:4'],
  ['a: !mine b', 'document.tag 1:4'],
  ['a: !!binary aGk=', 'document.tag 1:4'],
  ['!!set {a, b}', 'document.tag 1:1'],
  ['a: ! b', 'document.tag 1:6'],
  ['!!int x', 'document.tag 1:1'],
  ['<<: {a: 1}', 'document.merge-key 1:1'],
  ['a: &d {x: 1}\nb:\n  <<: *d', 'document.merge-key 3:3'],
  ['%YAML 1.1\n---\na: no', 'document.directive 1:1'],
  ['%TAG ! tag:x\n---\na', 'document.directive 1:1'],
  ['a: 1\n---\nb: 2', 'document.several-documents 2:1'],
  ['---\n'.repeat(200_000), 'document.several-documents 2:1'],
  ['a: *b', 'document.alias 1:4'],
  ['a: &a [*a]', 'document.alias 1:8'],
  ['a: &a {b: {c: *a}}', 'document.alias 1:15'],
  ['a:\n\t- b', 'document.syntax 2:1'],
  ['a: b: c', 'document.syntax 1:4'],
  ['a: [1, 2', 'document.syntax 1:9'],
  ['a: "b', 'document.syntax 1:6'],
  ['- a\nb: c', 'document.syntax 2:1'],
  ['a: @b', 'document.syntax 1:4'],
  ['['.repeat(5_000), 'document.too-deep 1:68'],
  ['- '.repeat(5_000), 'document.too-deep 1:134'],
  [Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'document.too-deep 67:68'],
  ['['.repeat(65) + ']'.repeat(65), 'document.too-deep 1:65'],
  [LAUGHS, 'document.too-large 7:15'],
  [`a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}`, 'document.too-deep 2:44'],
].map(([text, fault]) => [JSON.stringify(text!.slice(0, 40)), text!, fault!]);

describe('reading YAML', () => {
  test('gives the value that was written, in any style', () => {
    const plain = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).filter((value) => {
      const text = JSON.stringify(value);
      return !/__proto__|\\u|\\b|\\f|"":|-0|e[-+]/.test(text) && !/\d{16}/.test(text);
    });
    const style = fc.record({
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'BLOCK_LITERAL' as const),
      collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    });
    fc.assert(
      fc.property(plain, style, (value, options) => {
        expect(JSON.stringify(read(stringify(value, options)).value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 300 },
    );
  });

  test('never throws anything but faults with a place, whatever it is given', () => {
    const pieces = fc.constantFrom(
      ...['a', 'b: ', '- ', '? ', ': ', '[', ']', '{', '}', ', ', '"', "'", '|', '>', '&x ', '*x ', '! ', '!!str '],
      ...[
        '#',
        '%',
        '---\n',
        '...\n',
        '\n',
        '\n  ',
        '\t',
        '<<: ',
        '0',
        '012',
        '~',
        '@',
        '`',
        '\r\n',
        '\u2028',
        '\ud800',
      ],
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }).map((each) => each.join('')),
        (text) => {
          for (const fault of faultsOf(text)) expect(fault).toMatch(/^document\.[a-z-]+[a-z0-9]* [1-9]\d*:[1-9]\d*$/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('says what YAML 1.2 says, and what no other version says differently', () => {
    const values: readonly [string, Json][] = [
      ['no', 'no'],
      ['[yes, on, off, y, n, NO]', ['yes', 'on', 'off', 'y', 'n', 'NO']],
      ['[true, False, null, ~]', [true, false, null, null]],
      ['0o14', 12],
      ['0x1F', 31],
      ['1_000', '1_000'],
      ['12:30:45', '12:30:45'],
      ['2001-12-14', '2001-12-14'],
      ['+12', 12],
      ['-0', 0],
      ['1.0', 1],
      ['.5', 0.5],
      ['{1: a, true: b, null: c, 1.0: d}', { '1': 'a', true: 'b', null: 'c', '1.0': 'd' }],
      ['!!str 12', '12'],
      ['a:', { a: null }],
      ['constructor: {a: 1}', { constructor: { a: 1 } }],
      ['"<<": 1', { '<<': 1 }],
      ['- |\n  a\n  b\n- >\n  a\n  b', ['a\nb\n', 'a b\n']],
      ['\uFEFFa: 1', { a: 1 }],
      ['a: 1\r\nb: 2', { a: 1, b: 2 }],
      ['"\\ud83d\\ude00"', '😀'],
    ];
    for (const [text, value] of values) expect({ text, value: read(text).value }).toEqual({ text, value });
  });

  test.each(REFUSED)('refuses %s', (_, text, fault) => {
    expect(faultsOf(text)[0]).toBe(fault);
  });

  test('lets an alias stand for what its anchor had', () => {
    const text =
      'a: &x {k: &y 1}\nb: *x\nc: &y [2]\nd: [*x, *y, *y]\n&key e: *key\nf: &none\ng: *none\nh: &t text\ni: *t';
    expect(read(text).value).toEqual({
      ...{ a: { k: 1 }, b: { k: 1 }, c: [2], d: [{ k: 1 }, [2], [2]] },
      ...{ e: 'e', f: null, g: null, h: 'text', i: 'text' },
    });
    expect(faultsOf(`${'['.repeat(64)}${']'.repeat(64)}`)).toEqual([]);
  });

  test('tells several faults at once', () => {
    expect(faultsOf('a: 012\na: .inf\nb: !x y')).toEqual(['document.tag 3:4']);
    expect(faultsOf('a: 012\na: .inf')).toEqual([
      'document.ambiguous-number 1:4',
      'document.duplicate-key 2:1',
      'document.bad-number 2:4',
    ]);
  });

  test('is done with a million errors at the hundredth', () => {
    expect(faultsOf(`[${','.repeat(LIMITS.definitionBytes / 4)}`)).toHaveLength(100);
  });

  test('refuses a text beyond the limit without reading it', () => {
    expect(() => read('a: b\n'.repeat(2_000_000))).toThrow(TooLarge);
  });
});

describe('the places of YAML', () => {
  const text = `# comment
name: order
tasks:
  charge:
    type: pay
    input: { amount: "\${ input.n }", who: 'it''s \${ input.w }' }
    when: >-
      some folded
      \${ input.x }
  ship:
list:
  - a
  - b: 1
copy: &c { k: v }
again: *c
`;
  const { locate } = read(text);

  test.each([
    ['', 2, 1],
    ['/name', 2, 1],
    ['/tasks', 3, 1],
    ['/tasks/charge', 4, 3],
    ['/tasks/charge/input/amount', 6, 14],
    ['/tasks/ship', 10, 3],
    ['/tasks/ship/type', 10, 3],
    ['/list/0', 12, 5],
    ['/list/1/b', 13, 5],
    ['/again', 15, 1],
    ['/again/k', 15, 1],
    ['/tasks/other/x', 3, 1],
  ])('%j is at %d:%d', (pointer, line, column) => {
    expect(locate(pointer)).toEqual({ line, column });
  });

  test('go into a text: exactly where it stands as it is, to what follows elsewhere', () => {
    expect(locate('/tasks/charge/input/amount', 3)).toEqual({ line: 6, column: 26 });
    expect(locate('/tasks/charge/input/who', 5)).toEqual({ line: 6, column: 50 });
    expect(locate('/tasks/charge/when', 12)).toEqual({ line: 9, column: 7 });
    expect(locate('/tasks/charge/type', 1)).toEqual({ line: 5, column: 12 });
  });
});
