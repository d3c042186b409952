import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../kernel/json.js';
import { compileDefinition } from './compile-definition.js';
import { documentOf, faultsOf, inShort } from './definition.harness.js';
import { FAULT_CODES, type FaultCode } from './faults.js';
import { LIMITS } from './limits.js';

const noop = { type: 'noop' };
const pay = (more: object = {}) => ({ type: 'payment.charge', ...more });
const reading = (expression: string) => ({ a: { type: 'noop', input: `\${ ${expression} }` } });

/** For every code a definition that has such a fault, and where it is. */
const EXAMPLES: { readonly [Code in FaultCode]: readonly [document: Json, pointer: string] } = {
  'definition.wrong-type': [documentOf({ a: { type: 'noop', optional: 'yes' } }), '/tasks/a/optional'],
  'definition.bad-value': [documentOf({ a: pay({ priority: 10 }) }), '/tasks/a/priority'],
  'definition.bad-key': [documentOf({ '1st': noop }), '/tasks/1st'],
  'definition.bad-duration': [documentOf({ a: pay({ timeout: '30' }) }), '/tasks/a/timeout'],
  'definition.unknown-key': [documentOf({ a: { type: 'noop', dependson: [] } }), '/tasks/a/dependson'],
  'definition.missing-key': [documentOf({ a: {} }), '/tasks/a'],
  'definition.contradiction': [documentOf({ a: pay({ timeout: '1s', timeouts: { run: '2s' } }) }), '/tasks/a/timeout'],
  'definition.limit-exceeded': [documentOf({ a: { type: 'noop', input: 'x'.repeat(LIMITS.definitionBytes) } }), ''],
  'definition.no-effect': [documentOf({ a: { type: 'noop', retry: { maxAttempts: 2 } } }), '/tasks/a/retry'],
  'definition.no-tasks': [documentOf({}), '/tasks'],
  'definition.unbounded-retry': [documentOf({ a: pay({ retry: { maxAttempts: -1 } }) }), '/tasks/a/retry/maxAttempts'],
  'definition.unknown-task': [documentOf({ a: { type: 'noop', dependsOn: ['b'] } }), '/tasks/a/dependsOn/0'],
  'definition.self-dependency': [documentOf({ a: { type: 'noop', dependsOn: ['a'] } }), '/tasks/a/dependsOn/0'],
  'definition.duplicate-dependency': [
    documentOf({ a: noop, b: { type: 'noop', dependsOn: ['a', 'a'] } }),
    '/tasks/b/dependsOn/1',
  ],
  'definition.cycle': [
    documentOf({ a: { type: 'noop', dependsOn: ['b'] }, b: { type: 'noop', dependsOn: ['a'] } }),
    '/tasks/a/dependsOn',
  ],
  'definition.no-compensation': [documentOf({ a: pay() }, { strict: true }), '/tasks/a'],
  'definition.no-reason': [documentOf({ a: pay({ compensate: 'none' }) }), '/tasks/a/compensate'],
  'definition.more-faults': [documentOf({ a: { type: 'noop', dependsOn: Array(2_000).fill('b') } }), ''],
  'expression.syntax': [documentOf(reading('1 +')), '/tasks/a/input'],
  'expression.type': [documentOf(reading('1 + "a"')), '/tasks/a/input'],
  'expression.unknown-name': [documentOf(reading('inptu.x')), '/tasks/a/input'],
  'expression.unknown-function': [documentOf(reading('sizes([])')), '/tasks/a/input'],
  'expression.unknown-task': [documentOf(reading('tasks.b.output')), '/tasks/a/input'],
  'expression.computed-key': [documentOf(reading('tasks[input.key].output')), '/tasks/a/input'],
  'expression.not-output': [documentOf({ ...reading('tasks.b.status'), b: noop }), '/tasks/a/input'],
  'expression.not-upstream': [documentOf({ ...reading('tasks.b.output'), b: noop }), '/tasks/a/input'],
  'expression.may-not-exist': [
    documentOf({ a: noop, b: pay({ compensate: { type: 'undo', input: '${ tasks.a.output }' } }) }),
    '/tasks/b/compensate/input',
  ],
  'expression.in-key': [
    documentOf({ a: { type: 'noop', input: { '${ input.k }': 1 } } }),
    '/tasks/a/input/${ input.k }',
  ],
  'expression.too-long': [documentOf(reading('1 + '.repeat(2_000))), '/tasks/a/input'],
  'expression.too-deep': [documentOf(reading(`1${'+1'.repeat(600)}`)), '/tasks/a/input'],
};

describe('every code of a fault', () => {
  test.each(Object.keys(FAULT_CODES) as FaultCode[])('%s has an example, a place and a sentence', (code) => {
    const [document, pointer] = EXAMPLES[code];
    const fault = compileDefinition(document).faults.find((each) => each.code === code);
    expect(fault).toMatchObject({ code, pointer });
    expect(fault!.message).toMatch(/^\S.{10,400}\S$/);
    expect(FAULT_CODES[code]).toMatch(/^[A-Z`].+\.$/);
  });
});

describe('the faults of a definition', () => {
  test('come all at once, in an order that depends on the definition alone', () => {
    const tasks = {
      'bad key': { type: 'noop' },
      a: { type: 'noop', dependsOn: ['b', 'nobody'], when: '${ 1 }', inptu: 5 },
      b: { type: 'pay', dependsOn: ['a'], timeout: 'soon', input: '${ foo }', retry: { maxAttempts: 0 } },
      c: { type: 'pay', forEach: 'input.items', input: '${ tasks.a.output }' },
      d: null,
    };
    const faults = faultsOf(tasks, { onFailure: 'compensat', strict: true, extra: 1 });
    expect(faults).toEqual([
      ...['definition.bad-key /tasks/bad key', 'definition.unknown-key /tasks/a/inptu'],
      ...['definition.bad-duration /tasks/b/timeout', 'definition.unbounded-retry /tasks/b/retry/maxAttempts'],
      ...['definition.wrong-type /tasks/c/forEach', 'definition.wrong-type /tasks/d'],
      ...['definition.bad-value /onFailure', 'definition.unknown-key /extra'],
      ...['definition.unknown-task /tasks/a/dependsOn/1', 'definition.cycle /tasks/a/dependsOn'],
      ...[
        'expression.type /tasks/a/when',
        'expression.unknown-name /tasks/b/input',
        'expression.not-upstream /tasks/c/input',
      ],
      ...['definition.no-compensation /tasks/b', 'definition.no-compensation /tasks/c'],
    ]);
    expect(faultsOf(tasks, { onFailure: 'compensat', strict: true, extra: 1 })).toEqual(faults);
  });

  test('are counted beyond the thousandth, and an error stays an error', () => {
    const many = Array(1_500).fill('b');
    const { faults } = compileDefinition(documentOf({ a: { type: 'noop', dependsOn: many } }));
    expect(faults).toHaveLength(LIMITS.definitionFaults + 1);
    expect(faults.at(-1)).toMatchObject({ message: 'there are 500 more faults', severity: 'error' });
    const warned = Object.fromEntries(many.map((_, index) => [`t${index}`, { type: 'noop', priority: 5 }]));
    const compiled = compileDefinition(documentOf(warned));
    expect(compiled).toHaveProperty('plan');
    expect(compiled.faults.at(-1)).toMatchObject({ message: 'there are 500 more faults', severity: 'warning' });
  });

  test('are told with what was meant', () => {
    const messageOf = (tasks: unknown, more: { [key: string]: unknown } = {}) =>
      compileDefinition(documentOf(tasks, more)).faults[0]!;
    expect(messageOf({ a: { type: 'noop', dependson: [] } }).message).toBe(
      'there is no "dependson" here (did you mean "dependsOn"?)',
    );
    expect(messageOf({ charge: noop, b: { type: 'noop', dependsOn: ['chrage'] } }).message).toBe(
      '"b" depends on "chrage", and there is no such task (did you mean "charge"?)',
    );
    expect(messageOf({ a: noop }, { onFailure: 'compensat' }).message).toBe(
      'this must be "fail" or "compensate", and is "compensat" (did you mean "compensate"?)',
    );
    expect(messageOf({ a: pay({ timeout: 30 }) })).toMatchObject({ hint: 'for 30 seconds write 30s' });
    expect(messageOf({ a: noop, b: { type: 'noop', dependsOn: 'a' } })).toMatchObject({ hint: 'write [a]' });
    expect(messageOf({ a: pay({ compensate: 'none' }) }).hint).toContain('compensate: { none:');
  });

  test('name cycles as paths, one for each knot, and long ones shortened', () => {
    const cycles = (graph: { [key: string]: string[] }) => {
      const tasks = Object.fromEntries(
        Object.entries(graph).map(([key, dependsOn]) => [key, { type: 'noop', dependsOn }]),
      );
      return compileDefinition(documentOf(tasks)).faults.map(({ message }) => message);
    };
    expect(cycles({ a: ['b'], b: ['a'], c: ['d'], d: ['e'], e: ['c'], f: ['a', 'c'] })).toEqual([
      'tasks wait for each other: a → b → a',
      'tasks wait for each other: c → d → e → c',
    ]);
    const ring = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`t${index}`, [`t${(index + 1) % 20}`]]));
    expect(cycles(ring)).toEqual([
      'tasks wait for each other: t0 → t1 → t2 → t3 → t4 → t5 → 9 more → t15 → t16 → t17 → t18 → t19 → t0',
    ]);
  });

  test('say of a document that is none what it is', () => {
    for (const [document, fault] of [
      [null, 'definition.wrong-type '],
      ['text', 'definition.wrong-type '],
      [[], 'definition.wrong-type '],
      [7, 'definition.wrong-type '],
      [true, 'definition.wrong-type '],
    ] as const) {
      expect(compileDefinition(document as Json).faults.map(inShort)).toEqual([fault]);
    }
    expect(compileDefinition({}).faults.map(({ message }) => message)).toEqual([
      ...['"orrery" is missing here', '"name" is missing here', '"tasks" is missing here'],
    ]);
    expect(faultsOf(null)).toEqual(['definition.wrong-type /tasks']);
    expect(faultsOf([noop])).toEqual(['definition.wrong-type /tasks']);
  });
});
