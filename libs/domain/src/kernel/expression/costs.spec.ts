import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from './expression.harness.js';

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const object = Object.fromEntries(times(50_000, (index) => [`key${index}`, index]));

/** About as large as inputs and outputs may be, and larger. */
const INPUT = {
  thousand: times(1_000, (index) => index),
  twoThousand: times(2_000, (index) => index),
  many: times(33_000, (index) => index),
  zeros: times(300_000, () => 0),
  objects: times(20_000, (index) => ({ a: { b: { c: index } } })),
  texts: times(100_000, () => 'xxxxxxx'),
  object,
  same: { ...object },
  text: 'a'.repeat(1_000_000),
  half: 'a'.repeat(500_000),
  mixed: 'aÄ'.repeat(250_000),
  commas: 'a,'.repeat(500_000),
  needle: `b${'a'.repeat(1_000)}`,
};

const COSTLY = [
  'input.twoThousand.map(x, input.twoThousand.map(y, x * y))',
  'input.many.exists(x, x.missing == 1)',
  'input.many.all(x, x.a || x.b || true)',
  'input.zeros.map(x, x)',
  'input.many.map(x, timestamp("2030-01-01T00:00:00Z"))',
  'input.many.map(x, duration("1d2h3m4s"))',
  'input.objects.map(x, {"a": x.a.b.c, "b": [x]})',
  ...[
    ...['input.text.contains(input.needle)', 'input.half.contains("b")', 'input.text + "x"', 'size(input.text)'],
    ...[
      '(input.half + "x").contains("b")',
      '(input.half + "x") == (input.half + "y")',
      '(input.half + "x") < input.half',
    ],
    ...['size(input.object)', 'input.object == input.same', 'input.object.map(k, k)', 'input.object.exists(k, true)'],
    ...[
      'input.texts.join(",")',
      'size(input.commas.split(","))',
      'size(input.half.split(""))',
      'size(input.commas.trim())',
    ],
    ...['size(input.commas.replace(",", "xx"))', 'size(input.commas.upperAscii())', 'size(input.mixed.upperAscii())'],
    ...['input.zeros + input.zeros', 'input.zeros == input.zeros', '5 in input.zeros', 'input.zeros.all(x, true)'],
    `x${'+ x'.repeat(400)}`,
  ].map((body) => `input.thousand.map(x, ${body})`),
  `input.thousand.exists(x, ${times(60, (index) => `input.q${index} == 1`).join(' || ')})`,
  // Values that share their parts are small in memory and without bounds as text.
  'cel.bind(a, [input.many, input.many], cel.bind(b, [a, a, a, a], cel.bind(c, [b, b, b, b], [c, c, c, c])))',
  'cel.bind(a, [input.many, input.many], cel.bind(b, [a, a, a, a], b == [a, a, a, input.zeros]))',
];

describe('the work of an expression', () => {
  // Measured: at most 35 ms of CPU each. The bound here only tells a bound from none.
  test.each(COSTLY)('is bounded: %s', (expression) => {
    const before = process.cpuUsage();
    const outcome = outcomeOf(`\${ ${expression} }`, INPUT);
    const { user, system } = process.cpuUsage(before);
    expect(outcome).toMatch(/^expression\.too-(costly|large): /);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  test('is enough for what people write', () => {
    const enough: readonly (readonly [string, number])[] = [
      ['size(input.many.filter(x, x > 5))', 32_994],
      ['size(input.objects.map(x, x.a.b.c))', 20_000],
      ['size(input.texts.join(","))', 799_999],
      ['size(input.half.split("b"))', 1],
      ['input.text.indexOf("b")', -1],
    ];
    for (const [expression, value] of enough) expect(outcomeOf(`\${ ${expression} }`, INPUT)).toBe(value);
  });
});
