import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileTemplate } from '../expression.js';
import type { Json } from '../json.js';
import { INPUT, NAMES, valueOf } from './expression.harness.js';

const VALUES: readonly [string, Json][] = [
  // JSON's numbers are doubles; integers that stand in the text are integers, and both mix.
  ['1 + 2 * 3', 7],
  ['7 / 2', 3],
  ['-7 / 2', -3],
  ['7 % 4', 3],
  ['input.n / 2', 3.5],
  ['input.n % 4', 3],
  ['input.n + 1', 8],
  ['1 - input.n', -6],
  ['input.n * input.half', 3.5],
  ['1.5 + 1', 2.5],
  ['-input.n', -7],
  ['-(3)', -3],
  ['-(0 * input.n)', 0],
  ['0x1F', 31],
  // Comparisons.
  ['input.n > 6', true],
  ['input.n >= 7.0', true],
  ['2 < 2.5', true],
  ['2 <= 1', false],
  ['"a" < "b"', true],
  ['"b" <= "a"', false],
  ['false < true', true],
  ['1 == 1.0', true],
  ['input.n == 7', true],
  ['7 == input.n', true],
  ['input.n != 7', false],
  ['input.n == "7"', false],
  ['input.nothing == null', true],
  ['input.s == null', false],
  ['input.list == [1, 2, 3]', true],
  ['input.list == [1, 2]', false],
  ['input.list == [1, 2, 4]', false],
  ['input.order == input.order', true],
  ['{"a": 1} == {"a": 1.0}', true],
  ['{"a": 1} == {"b": 1}', false],
  ['{"a": 1} == {"a": 1, "b": 2}', false],
  ['{"toString": 1} == {"x": 1}', false],
  ['input.s == "hello"', false],
  ['input.s == "x"', false],
  ['input.yes == true', true],
  ['[null] == [null]', true],
  // Logic, as CEL has it: an error on one side does not count when the other side decides.
  ['input.yes && input.n > 1', true],
  ['false && input.missing', false],
  ['input.missing && false', false],
  ['input.missing || true', true],
  ['!input.yes || input.n == 7', true],
  ['!(1 > 2)', true],
  ['input.n > 5 ? "big" : "small"', 'big'],
  ['input.n > 9 ? "big" : null', null],
  ['input.yes ? 1 : 2', 1],
  // Members.
  ['input.order.total', 12.5],
  ['input.order["a b"]', 1],
  ['input["order"]["id"]', 'o-1'],
  ['input.order.constructor', 'mine'],
  ['input.list[0]', 1],
  ['input.list[0 + 1]', 2],
  ['input.list[2.0]', 3],
  ['{"a": [5]}.a[0]', 5],
  ['input', INPUT],
  ['workflow.id', 'w'],
  // What may be missing.
  ['has(input.order)', true],
  ['has(input.order.gone)', false],
  ['has(input.gone.total)', false],
  ['has(input.s.length)', false],
  ['has(input.nothing.x)', false],
  ['has(input.order["id"])', true],
  ['has(input.?order.id)', true],
  ['has(input.?gone.id)', false],
  ['[input.?gone].exists(o, has(o.id))', false],
  ['[input.?gone].exists(o, has(o.id))', false],
  ['input.?gone.orValue(5)', 5],
  ['input.?nothing.orValue(5)', null],
  ['input.?n.orValue(input.missing)', 7],
  ['input.?order.total.orValue(5)', 12.5],
  ['input.?order.gone.orValue(5)', 5],
  ['input.?gone.total.orValue(5)', 5],
  ['input[?"n"].hasValue()', true],
  ['input.?gone.hasValue()', false],
  ['input.?n.value()', 7],
  ['input.?gone', null],
  ['input.?n', 7],
  ['input.?gone.or(input.?n).value()', 7],
  ['input.?n.or(input.missing).value()', 7],
  ['optional.of(1).orValue(2)', 1],
  ['optional.none().orValue(2)', 2],
  ['optional.of(1) == optional.of(1)', true],
  ['optional.of(1) == optional.of(2)', false],
  ['optional.of(1) == optional.none()', false],
  ['optional.none() == optional.none()', true],
  ['[optional.of(1)].map(o, o.orValue(2))', [1]],
  // Lists and maps.
  ['[1, 2.5, "x", null, true]', [1, 2.5, 'x', null, true]],
  ['[]', []],
  ['{}', {}],
  ['{"a": input.n, input.s: [1]}', { a: 7, héllo: [1] }],
  ['{"constructor": 1}', { constructor: 1 }],
  ['input.list + [4]', [1, 2, 3, 4]],
  ['2 in input.list', true],
  ['9 in input.list', false],
  ['"id" in input.order', true],
  ['"toString" in input.order', false],
  ['"a" in {"a": null}', true],
  // Macros.
  ['input.list.map(x, x * 2)', [2, 4, 6]],
  ['input.list.map(x, x > 1, x * 2)', [4, 6]],
  ['input.list.filter(x, x > 1)', [2, 3]],
  ['input.list.all(x, x > 0)', true],
  ['input.list.all(x, x > 1)', false],
  ['input.list.exists(x, x == 2)', true],
  ['input.list.exists(x, x == 9)', false],
  ['input.list.exists(x, x.gone == 1 || x == 2)', true],
  ['[{}, {"a": 1}].exists(x, x.a == 1)', true],
  ['[{}, {"a": 1}].all(x, x.a == 2)', false],
  ['input.list.exists_one(x, x == 2)', true],
  ['input.list.exists_one(x, x > 1)', false],
  ['input.order.map(key, key)', ['id', 'total', 'a b', 'constructor']],
  [
    'input.list.map(x, input.list.map(y, x * y))',
    [
      [1, 2, 3],
      [2, 4, 6],
      [3, 6, 9],
    ],
  ],
  ['input.list.map(input, input + 1)', [2, 3, 4]],
  ['cel.bind(total, input.order.total, total + total)', 25],
  ['input.list.map(cel, cel)', [1, 2, 3]],
  ['input.list.map(optional, optional)', [1, 2, 3]],
];

describe('an expression', () => {
  test.each(VALUES)('%s', (expression, value) => {
    expect(valueOf(expression)).toEqual(value);
  });

  test('never gives a negative zero: JSON does not keep it', () => {
    expect(valueOf('input.n * 0 * -1')).toBe(0);
    // Equal numbers, and yet not the same: inside a list or a map as well.
    expect(valueOf('[1, [-3 % 0.5], {"a": -0.0}]')).toEqual([1, [0], { a: 0 }]);
  });

  test('gives what it read as it is, without a copy', () => {
    const { evaluate } = compileTemplate('${ input.order }', '', NAMES);
    const input = { order: { items: [1, 'a', null] } };
    expect(evaluate({ input })).toBe(input.order);
  });
});

type Part = fc.Arbitrary<string>;

const LEAF = fc.constantFrom(
  ...[
    '0',
    '1',
    '-3',
    '1.5',
    '"b"',
    '"héllo"',
    'true',
    'false',
    'null',
    '[]',
    '{}',
    'x',
    'input.n',
    'input.s',
    'input.yes',
  ],
  ...['input.nothing', 'input.list', 'input.texts', 'input.order', 'input.order.total', 'input.gone', 'input.list[0]'],
  ...['input.?order.?id', 'input.?gone', 'has(input.gone)', 'has(input.order.id)', 'input["half"]'],
);
const OPERATOR = fc.constantFrom('+', '-', '*', '/', '%', '<', '<=', '>', '>=', '==', '!=', 'in', '&&', '||');
const FUNCTION = fc.constantFrom('size', 'string', 'int', 'double');
const MACRO = fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one');
const METHOD = fc.constantFrom('startsWith', 'endsWith', 'contains', 'indexOf');

const parts = (part: Part): Part[] => [
  LEAF,
  fc.tuple(part, OPERATOR, part).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
  fc.tuple(part, part, part).map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
  part.map((value) => `!${value}`),
  part.map((value) => `-(${value})`),
  fc.tuple(FUNCTION, part).map(([name, value]) => `${name}(${value})`),
  fc.tuple(part, part).map(([first, second]) => `[${first}, ${second}]`),
  fc.tuple(part, part).map(([first, second]) => `{"k": ${first}, "l": ${second}}`),
  fc.tuple(part, MACRO, part).map(([list, name, body]) => `${list}.${name}(x, ${body})`),
  fc.tuple(part, part).map(([value, other]) => `${value}.orValue(${other})`),
  fc.tuple(part, METHOD, part).map(([text, name, other]) => `${text}.${name}(${other})`),
];

/** Small expressions over the example's input, of any type, right or wrong. */
const someExpression = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof({ maxDepth: 4, depthSize: 'small' }, ...parts(tie('expression'))),
})).expression;

describe('the library whose parser is used', () => {
  const library = libraryWithMixedNumbers();
  // It knows a value's type by its `constructor`, so that a key of that name confuses it.
  const { order: _, ...rest } = INPUT as { order: object };
  const input = { ...rest, order: { id: 'o-1', total: 12.5 } };

  test('gives the same for whatever it gives a value for', () => {
    fc.assert(
      fc.property(someExpression, (expression) => {
        const { evaluate, faults } = compileTemplate(`\${ ${expression} }`, '', NAMES);
        const theirs = attempt(() => plain(library.evaluate(expression, { input })));
        // What can be seen to be wrong before it runs is refused here, even where it would not be reached.
        if (!theirs || faults.length > 0) return;
        const ours = outcome(() => evaluate({ input }));
        // It takes an optional for a map where one is walked.
        if (typeof ours === 'string' && ours.includes('is of type optional')) return;
        expect(ours).toEqual(theirs.value);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Out of the box it has no meaning for `input.n + 1`: JSON's numbers are doubles to it, and the literal is an integer. */
function libraryWithMixedNumbers(): Environment {
  const options = { unlistedVariablesAreDyn: true, enableOptionalTypes: true, homogeneousAggregateLiterals: false };
  const library = new Environment(options);
  const doubles: { readonly [operator: string]: (a: number, b: number) => number } = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [operator, apply] of Object.entries(doubles)) {
    const mixed = (a: number | bigint, b: number | bigint) => apply(Number(a), Number(b));
    library.registerOperator(`double ${operator} int`, mixed);
    library.registerOperator(`int ${operator} double: double`, mixed);
  }
  return library.registerOperator('double % double', (a: number, b: number) => a % b);
}

/** The value, or the message of why there is none. */
function outcome(run: () => Json): Json {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

function attempt<T>(run: () => T): { value: T } | undefined {
  try {
    return { value: run() };
  } catch {
    return undefined;
  }
}

/** The library's values as JSON; what JSON cannot say is thrown. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('no JSON');
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null) return value as Json;
  if (Array.isArray(value)) return value.map(plain);
  if ('hasValue' in value) return plain((value as unknown as { orValue(other: null): unknown }).orValue(null));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
