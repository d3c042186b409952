import { describe, expect, test } from '@jest/globals';
import { compileTemplate } from '../expression.js';
import { INPUT, NAMES, outcomeOf, valueOf } from './expression.harness.js';

/** What fails when it runs, and the message. */
const FAILING: readonly [string, string][] = [
  ['input.gone', 'input has no key "gone"'],
  ['input.order.gone', 'input.order has no key "gone"'],
  ['input.__proto__', 'input has no key "__proto__"'],
  ['input.order["__proto__"]', 'input.order has no key "__proto__"'],
  ['input.toString', 'input has no key "toString"'],
  ['input.list.length', 'input.list has no key "length": it is a list of 3'],
  ['input.list["map"]', 'input.list has no key "map": it is a list of 3'],
  ['input.list[3]', 'input.list has no item 3: it is a list of 3'],
  ['input.list[-1]', 'input.list has no item -1: it is a list of 3'],
  ['input.list[0.5]', 'input.list has no item 0.5: it is a list of 3'],
  ['input.list[true]', 'input.list has no item true: it is a list of 3'],
  ['input.order[0]', 'input.order has no item 0'],
  ['input.s.length', 'input.s has no key "length": it is of type string'],
  ['input.nothing.x', 'input.nothing has no key "x": it is null'],
  ['[timestamp(input.at)].map(t, t.ms)', 't has no key "ms": it is of type timestamp'],
  ['input.s + 1', '"+" has no meaning for string and int'],
  ['input.s - input.s', '"-" has no meaning for string and string'],
  ['input.s < input.n', '"<" has no meaning for string and double'],
  ['input.n in input.s', '"in" wants a list or a map on its right, and got string'],
  ['1 / 0', 'a whole number cannot be divided by zero'],
  ['1 % 0', 'a whole number cannot be divided by zero'],
  ['input.n / 0', 'the result is Infinity, and JSON has no such number'],
  ['0.0 / 0', 'the result is NaN, and JSON has no such number'],
  ['9223372036854775807 + 1', 'the whole number is larger than 64 bits'],
  ['-(-9223372036854775807 - 1)', 'the whole number is larger than 64 bits'],
  ['9007199254740993', '9007199254740993 is a whole number that JSON does not keep exactly: use string()'],
  ['-input.s', 'what follows "-" must be a number or a duration, and is of type string'],
  ['!input.n', 'this must be true or false, and is of type double'],
  ['input.n || false', 'this must be true or false, and is of type double'],
  ['false || input.n', 'this must be true or false, and is of type double'],
  ['input.gone && true', 'input has no key "gone"'],
  ['input.n ? 1 : 2', 'this must be true or false, and is of type double'],
  ['{input.n: 1}', 'the key of a map must be a text'],
  ['{"__proto__": 1}', '"__proto__" cannot be a key'],
  ['input.n.map(x, x)', 'input.n is of type double, and neither a list nor a map'],
  ['input.list.filter(x, x)', 'a condition must be true or false, and is of type double'],
  ['input.list.all(x, x.gone)', 'x has no key "gone": it is of type double'],
  ['input.list.exists(x, x)', 'a condition must be true or false, and is of type double'],
  ['input.n.orValue(1)', 'an optional is wanted, and this is of type double'],
  ['input.?gone.or(input.n)', 'an optional is wanted, and this is of type double'],
  ['input.?gone.value()', 'the optional has no value'],
  ['size(input.n)', 'size() does not take double'],
  ['input.n.size()', 'size() does not take double'],
  ['int("x")', '"x" is not a whole number'],
  ['int("99999999999999999999")', '"99999999999999999999" is not a whole number'],
  ['int("9999999999999999999")', 'the whole number is larger than 64 bits'],
  ['int(1.0 / 0)', 'Infinity is not a whole number'],
  ['double("0x10")', '"0x10" is not a number'],
  ['bool("yes")', '"yes" is not true or false'],
  ['bool("toString")', '"toString" is not true or false'],
  ['timestamp("tomorrow")', '"tomorrow" is not a time like 2030-01-01T00:00:00Z'],
  ['duration("soon")', '"soon" is not a duration like 30s or 1h30m'],
  ['duration("0s") - duration("1s")', 'a duration cannot be negative'],
  ['timestamp("9999-12-31T23:59:59Z") + duration("1d")', 'the time is not between the years 1 and 9999'],
  ['timestamp("0001-01-01T00:00:00Z") - duration("1d")', 'the time is not between the years 1 and 9999'],
  ['"abc".substring(4)', 'the text has 3 characters, and no place 4'],
  ['"abc".substring(-1)', 'the text has 3 characters, and no place -1'],
  ['"abc".substring(2, 1)', 'there is no text from 2 to 1'],
  ['"abc".indexOf("a", 9)', 'the text has 3 characters, and no place 9'],
  ['input.list.join()', 'join() wants a list of texts, and item 0 is none'],
];

/** What is wrong before it runs, with the code and the place, and the message. */
const WRONG: readonly [string, string, string][] = [
  ['', 'expression.syntax @2', 'there is no expression between "${" and "}"'],
  ['a b', 'expression.syntax @5', "Unexpected character: 'b'"],
  ['1 +', 'expression.syntax @7', 'Unexpected token: the end'],
  ['(1', 'expression.syntax @6', 'Expected ")", got the end'],
  ['input.', 'expression.syntax @10', 'Expected a name, got the end'],
  ['"abc', 'expression.syntax @3', 'Unterminated string'],
  ['@', 'expression.syntax @3', 'Unexpected character: @'],
  ['input.list.map(1, 2)', 'expression.syntax @18', 'map(var, transform) invalid predicate iteration variable'],
  ['__proto__', 'expression.syntax @3', 'Reserved identifier: __proto__'],
  ['99999999999999999999', 'expression.syntax @3', 'the whole number is larger than 64 bits'],
  ['has(1)', 'expression.syntax @7', 'has() wants a path: has(input.name)'],
  ['has(input)', 'expression.syntax @7', 'has() wants a path: has(input.name)'],
  ['inptu.x', 'expression.unknown-name @3', 'there is no "inptu"'],
  ['constructor', 'expression.unknown-name @3', 'there is no "constructor"'],
  ['[1].map(x, x).map(y, x)', 'expression.unknown-name @24', 'there is no "x"'],
  ['cel.unbind(x, 1, x)', 'expression.unknown-name @3', 'there is no "cel"'],
  ['b"x"', 'expression.type @3', 'JSON has neither bytes nor unsigned numbers'],
  ['1u', 'expression.type @3', 'JSON has neither bytes nor unsigned numbers'],
  ['1 + "a"', 'expression.type @3', '"+" has no meaning for int and string'],
  ['"a" - input.n', 'expression.type @3', '"-" has no meaning for string and dyn'],
  ['"a" == 1', 'expression.type @3', '"==" has no meaning for string and int'],
  ['1 in "a"', 'expression.type @3', '"in" has no meaning for int and string'],
  ['1 && true', 'expression.type @3', 'this must be true or false, and is of type int'],
  ['!1', 'expression.type @4', 'this must be true or false, and is of type int'],
  ['-"a"', 'expression.type @4', 'what follows "-" must be a number or a duration, and is of type string'],
  ['1 ? 2 : 3', 'expression.type @3', 'this must be true or false, and is of type int'],
  ['{1: 2}', 'expression.type @4', 'the key of a map must be a text, and is of type int'],
  ['"a".b', 'expression.type @3', '"a" is of type string and has no members'],
  ['input.1', 'expression.syntax @9', 'Expected a name, got NUMBER'],
  ['"a".map(x, x)', 'expression.type @3', '"a" is of type string, and neither a list nor a map'],
  ['[1].filter(x, 1)', 'expression.type @17', 'a condition must be true or false, and is of type int'],
  ['[1].orValue(2)', 'expression.type @3', '[1] is not optional: write a.?b to ask for what may be missing'],
  ['size(1)', 'expression.type @3', 'size() does not take int'],
  ['size()', 'expression.type @3', 'size() does not take nothing'],
  ['optional.of()', 'expression.type @3', 'of() does not take nothing'],
  ['sizes([1])', 'expression.unknown-function @3', 'there is no function sizes() (did you mean "size"?)'],
  ['[1].fliter(x, true)', 'expression.unknown-function @3', 'there is no function fliter() (did you mean "filter"?)'],
  ['hasOwnProperty()', 'expression.unknown-function @3', 'there is no function hasOwnProperty()'],
  ['"a".constructor()', 'expression.unknown-function @3', 'there is no function constructor()'],
  ['type(1)', 'expression.unknown-function @3', 'type() is left out: types are no values here'],
];

describe('an expression that fails when it runs', () => {
  test.each(FAILING)('%s', (expression, message) => {
    expect(valueOf(expression)).toBe(`expression.failed: ${message}, in \${ ${expression} } at /here`);
  });

  test('shortens what it shows', () => {
    const long = `input.${'x'.repeat(1_000)}`;
    expect((valueOf(`${long}`) as string).length).toBeLessThan(1_400);
    const digits = valueOf(`int("${'9'.repeat(1_000)}")`) as string;
    expect(digits).toMatch(/^expression.failed: "9{100}" is not a whole number, in .{190,210}…} at \/here$/);
    expect((valueOf(`(${long}).y`) as string).length).toBeLessThan(1_400);
  });
});

describe('an expression that is wrong before it runs', () => {
  test.each(WRONG)('%s', (expression, fault, message) => {
    expect(outcomeOf(`\${ ${expression} }`)).toContain(`static ${fault}: ${message}`);
  });

  test('is told with everything that is wrong, in the order of its text', () => {
    expect(outcomeOf('${ (foo.x + ("a" - 1)) > sizes(bar) }')).toEqual([
      'static expression.unknown-name @4: there is no "foo"',
      'static expression.type @13: "-" has no meaning for string and int',
      'static expression.unknown-function @25: there is no function sizes() (did you mean "size"?)',
      'static expression.unknown-name @31: there is no "bar"',
    ]);
  });

  test('says why regular expressions are left out', () => {
    for (const expression of ['"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")', 'matches(input.s, "x")']) {
      expect(outcomeOf(`\${ ${expression} }`)).toEqual([
        expect.stringContaining('matches() is left out: a pattern can hold'),
      ]);
    }
  });

  test('may be unfinished', () => {
    const open = 'static expression.syntax @0: this "${" is never closed';
    expect(outcomeOf('${')).toEqual([open]);
    expect(outcomeOf('${ input.n')).toEqual([open]);
    expect(outcomeOf('${ "}')).toEqual(['static expression.syntax @3: Unterminated string']);
    expect(outcomeOf('a ${ {"b": 1}')).toEqual(['static expression.syntax @2: this "${" is never closed']);
  });
});

describe('a limit', () => {
  test('ends a text that is too long, or nests too deep', () => {
    expect(outcomeOf(`\${ ${'1+'.repeat(2_048)}1 }`)).toEqual([
      'static expression.too-long @2: the expression is longer than 4096 characters (expressionCharacters)',
    ]);
    expect(outcomeOf(`\${ 1${'+1'.repeat(600)} }`)).toEqual([
      'static expression.too-deep @3: the expression nests more than 500 deep (expressionNesting)',
    ]);
    expect(valueOf(`1${'+1'.repeat(400)}`)).toBe(401);
    expect(outcomeOf(`\${ ${'!'.repeat(4_000)}true }`)).toEqual([expect.stringContaining('expression.too-deep')]);
    expect(outcomeOf(`\${ ${'('.repeat(1_000)}1${')'.repeat(1_000)} }`)).toEqual([expect.stringContaining('maxDepth')]);
    expect(outcomeOf(`\${ ${'['.repeat(150)}1${']'.repeat(150)} }`)).toMatch(
      /^expression.too-deep: the result nests .*\(depth\)/,
    );
  });

  test('is one on what a template gives, with everything around it', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(valueOf(deep(64))).toEqual(JSON.parse(deep(64)));
    expect(outcomeOf({ a: `\${ ${deep(64)} }` })).toMatch(/^expression.too-deep/);
    const text = 'x'.repeat(600_000);
    expect(valueOf('size(input.text)', { text })).toBe(600_000);
    expect(outcomeOf(['${ input.text }', '${ input.text }'], { text })).toMatch(/^expression.too-large/);
    expect(outcomeOf(['${ input.text }', text], { text })).toMatch(/^expression.too-large: .*\(payloadBytes\)/);
    expect(outcomeOf('${ input.text } ${ input.text }', { text })).toMatch(/^expression.too-large/);
    expect(valueOf('(input.text + input.text).size()', { text })).toMatch(/^expression.too-large: a text is longer/);
  });

  test('is not taken back by what takes errors back', () => {
    const input = { list: Array(2_000).fill(1), text: 'x'.repeat(900_000) };
    expect(valueOf('input.list.map(x, input.list.map(y, y)) == [] || true', input)).toMatch(/^expression.too-costly/);
    expect(valueOf('[1].exists(x, size(input.text + input.text) > 0) || true', input)).toMatch(/^expression.too-large/);
  });

  test('is shared by all expressions of one template', () => {
    const input = { list: Array(20_000).fill(1) };
    const costly = '${ size(input.list.map(x, x)) }';
    expect(outcomeOf([costly], input)).toEqual([20_000]);
    expect(outcomeOf(Array(10).fill(costly), input)).toMatch(/^expression.too-costly: .*\(expressionSteps\)/);
  });

  test('is thrown as what it is; a bug stays a bug', () => {
    const { evaluate } = compileTemplate('${ input.n }', '', NAMES);
    const buggy = {
      get input(): never {
        throw new RangeError('a bug');
      },
    };
    expect(() => evaluate(buggy)).toThrow(RangeError);
    expect(evaluate({ input: INPUT })).toBe(7);
  });
});
