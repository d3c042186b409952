import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileTemplate, hasExpression } from '../expression.js';
import type { Json } from '../json.js';
import { json } from '../testing/index.js';
import { NAMES, outcomeOf } from './expression.harness.js';

const VALUES: readonly [Json, Json][] = [
  ['plain', 'plain'],
  [null, null],
  [5, 5],
  ['${ input.list }', [1, 2, 3]],
  ['n is ${ input.n }', 'n is 7'],
  ['${ input.n }${ input.half }', '70.5'],
  [' ${ input.n }', ' 7'],
  ['${ input.s }/${ input.yes }/${ input.nothing }', 'héllo/true/null'],
  ['${ input.list } ${ input.order }', '[1,2,3] {"id":"o-1","total":12.5,"a b":1,"constructor":"mine"}'],
  // Braces in texts and maps do not end an expression, nor do they in a comment.
  ['${ "}" + input.s }', '}héllo'],
  ["${ '}' }", '}'],
  ['${ {"a": {"b": 1}} }', { a: { b: 1 } }],
  ['${ """}""" }', '}'],
  ["${ '''it's }''' }", "it's }"],
  ['${ "\\"}" }', '"}'],
  ['${ 6 / 2 }', 3],
  ['${ 1 // }\n + 1 }', 2],
  // The escape.
  ['$${ x }', '${ x }'],
  ['a $${ x } ${ input.n }', 'a ${ x } 7'],
  ['$$${ x }', '$${ x }'],
  ['${ "$" }${ input.n }', '$7'],
  ['${ input.n }$${', '7${'],
  ['$', '$'],
  ['{ input.n }', '{ input.n }'],
  ['{{ input.__proto__ }}', '{{ input.__proto__ }}'],
  // Anywhere in a value.
  [
    { a: ['${ input.n }', { b: 'x ${ input.n }' }, null], c: 1 },
    { a: [7, { b: 'x 7' }, null], c: 1 },
  ],
  [
    { a: '${ input.nothing }', b: [1, '${ input.nothing }'] },
    { a: null, b: [1, null] },
  ],
];

const TYPES: readonly [Json, string][] = [
  ['${ 1 > 2 }', 'bool'],
  ['${ input.n }', 'dyn'],
  ['${ input.n } ', 'string'],
  ['${ "a" }', 'string'],
  ['x', 'string'],
  ['${ input.yes ? 1 : 2 }', 'int'],
  ['${ input.yes ? 1 : "a" }', 'dyn'],
  ['${ int(input.n) }', 'int'],
  ['${ input.n + 1 }', 'dyn'],
  ['${ input.n + "a" }', 'string'],
  ['${ input.?n }', 'optional'],
  ['${ input.?n.a }', 'optional'],
  ['${ optional.of({}).a }', 'optional'],
  ['${ cel.bind(x, 1, "a") }', 'string'],
  [true, 'bool'],
  [1, 'double'],
  [null, 'null'],
  [[], 'list'],
  [{}, 'map'],
];

describe('a template', () => {
  test.each(VALUES)('%j', (template, value) => {
    expect(outcomeOf(template)).toEqual(value);
  });

  test('stands for itself where it has no expression in it', () => {
    fc.assert(
      fc.property(json, (value) => {
        if (JSON.stringify(value).includes('${')) return;
        expect(compileTemplate(value, '', NAMES).evaluate({})).toBe(value);
      }),
    );
  });

  test('says which of its texts have an expression', () => {
    expect(['a', '${', '${ x }', '$${ x }', '$${ x } ${ y }'].map(hasExpression)).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  test('has the type of what it gives, as far as that is known', () => {
    for (const [template, type] of TYPES) {
      expect({ template, type: compileTemplate(template, '', NAMES).type }).toEqual({ template, type });
    }
  });

  test('tells what it reads, as far as the text says it', () => {
    const value = { a: ['${ tasks.x.output + tasks["a.b"].output.c }'], b: 'x ${ has(input.a.b[0].c) }' };
    expect(compileTemplate(value, '/tasks/t/input', NAMES).reads).toEqual([
      { root: 'tasks', path: ['x', 'output'], computed: false, offset: 3, pointer: '/tasks/t/input/a/0' },
      { root: 'tasks', path: ['a.b', 'output', 'c'], computed: false, offset: 20, pointer: '/tasks/t/input/a/0' },
      { root: 'input', path: ['a', 'b'], computed: true, offset: 9, pointer: '/tasks/t/input/b' },
    ]);
    const paths = (text: string) =>
      compileTemplate(text, '', NAMES).reads.map(({ root, path, computed }) => [root, ...path, computed]);
    expect(paths('${ tasks }')).toEqual([['tasks', false]]);
    expect(paths('${ tasks[input.key].output }')).toEqual([
      ['input', 'key', false],
      ['tasks', true],
    ]);
    expect(paths('${ tasks.?x.output }')).toEqual([['tasks', 'x', 'output', false]]);
    expect(paths('${ input.list.map(tasks, tasks.x) }')).toEqual([['input', 'list', false]]);
    expect(paths('${ input.list.map(x, x.y + input.z) }')).toEqual([
      ['input', 'list', false],
      ['input', 'z', false],
    ]);
  });

  test('says where each of its faults is', () => {
    const value = { list: ['ok', 'x ${ foo }'], 'k/${ input.n }': 'y ${ input. }' };
    expect(compileTemplate(value, '/at', NAMES).faults).toEqual([
      expect.objectContaining({ code: 'expression.in-key', pointer: '/at/k~1${ input.n }', severity: 'error' }),
      expect.objectContaining({ code: 'expression.unknown-name', pointer: '/at/list/1', offset: 5 }),
      expect.objectContaining({ code: 'expression.syntax', pointer: '/at/k~1${ input.n }', offset: 12 }),
    ]);
  });

  test('gives nothing while it has faults', () => {
    expect(compileTemplate('${ foo }', '', NAMES).evaluate({})).toBeNull();
  });

  test('keeps what is in a value of its own apart from prototypes', () => {
    const value = JSON.parse('{"__proto__": {"polluted": "${ input.yes }"}}') as Json;
    const built = outcomeOf(value) as object;
    expect(Object.hasOwn(built, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });
});
