import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../kernel/json.js';
import { json } from '../../kernel/testing/index.js';
import { compileDefinition } from './compile-definition.js';
import { documentOf, faultsOf, graphOf } from './definition.harness.js';

// The DAG row of the list of bad inputs: each must get one report with all its errors.

const pay = (more: object) => ({ a: { type: 'payment.charge', ...more } });
const at = (pointer: string, ...values: readonly unknown[]) =>
  values.map((value): [string, unknown] => [pointer, value]);

/** Values for a place in a task, none of which it takes. */
const WRONG_VALUES: readonly [string, unknown][] = [
  ...at('/timeout', '-1s', '0s', '1e9d', '36501d', 'NaN', 'Infinity', '', '5', 5, -5, 1e400, null, true, ['1s'], {
    s: 1,
  }),
  ...at('/timeout', '* * * * *', '@daily', '1 hour', '1h 30m', '1m1h', 'PT', 'P1Y', '${ input.t }', '٣s', '1s\n'),
  ...at('/timeouts', null, 5, [], '5s'),
  ...at('/timeouts/queue', '0s', '-5m', 300),
  ...at('/timeouts/heartbeat', '0ms', {}),
  ...at('/timeouts/total', '5s'),
  ...at('/retry', null, 3, 'always', [3]),
  ...at('/retry/maxAttempts', 0, -1, 1e9, 1e400, Number.NaN, 'unlimited', null, '3', [3]),
  ...at('/retry/maxAttempts', 2.5),
  ...at('/retry/attempts', 3),
  ...at('/retry/backoff', 'exponential', null, 5),
  ...at('/retry/backoff/initial', '-1s', 'soon', 1_000),
  ...at('/retry/backoff/max', '1000y', Number.NaN),
  ...at('/retry/backoff/multiplier', 0, -1, 0.5, 1e400, Number.NaN, 101, '2'),
  ...at('/retry/backoff/jitter', 'some', 'Equal', 0.5, true),
  ...at('/retry/nonRetryable', 'card.declined', [''], [5], { a: 1 }),
  ...at('/priority', -1, 10, 1.5, '5', null, 1e400),
  ...at('/optional', 'yes', 1, null),
  ...at('/when', 5, null, [], {}, 'yes', '1 > 2', '${ "a" }'),
  ...at('/description', 5, null),
  ...at('/dependsOn', 'b', null, { b: true }, 5),
  ...at('/dependsOn/0', 5, null, ['a'], 'nobody', 'A', 'аdmin', '', 'a'),
  ...at('/compensate', 'undo', 'None', null, 5, true, []),
  ...at('/compensate/none', '', ' ', 5, null),
  ...at('/compensate/compensate', { type: 'noop' }),
  ...at('/compensate/dependsOn', ['a']),
  ...at('/schedule', '0 0 * * *', '@every 1s'),
  ...at('/forEach', 'input.items', '', {}, 5, null, true, '${ 5 }', '${ input.a } and more'),
  ...at('/concurrency', 0, -1, 1.5, '5', null, 10_001, '${ input.n }'),
  ...at('/__proto__x', 1),
  ...at('/constructor', { prototype: 1 }),
];

function withValue(pointer: string, value: unknown): object {
  const [key, ...rest] = pointer.slice(1).split('/') as [string, ...string[]];
  if (rest.length === 0) return { ...(key === 'concurrency' ? { forEach: [] } : {}), [key]: value };
  const inner = key === 'compensate' && rest[0] !== 'none' ? { type: 'undo' } : {};
  return { [key]: rest[0] === '0' ? [value] : { ...inner, ...withValue(`/${rest.join('/')}`, value) } };
}

describe('a task with one wrong value', () => {
  test('is looked at in more ways than the list asks for', () => {
    expect(WRONG_VALUES.length).toBeGreaterThan(120);
  });

  test.each(WRONG_VALUES)('%s: %j', (pointer, value) => {
    const faults = compileDefinition(documentOf(pay(withValue(pointer, value)))).faults;
    expect(faults).toHaveLength(1);
    expect(faults[0]!.severity).toBe('error');
    expect(faults[0]!.pointer.startsWith(`/tasks/a${pointer}`)).toBe(true);
  });

  test('may have several, and is told them all', () => {
    const all = {
      timeout: 'x',
      retry: { maxAttempts: 0, backoff: { initial: 'y' } },
      priority: 99,
      dependsOn: ['b', 'a'],
    };
    expect(faultsOf(pay(all))).toHaveLength(6);
  });

  test('may contradict itself', () => {
    const backoff = { initial: '2m', max: '1m' };
    expect(faultsOf(pay({ retry: { backoff } }))).toEqual(['definition.contradiction /tasks/a/retry/backoff']);
    expect(faultsOf(pay({ retry: { backoff: { initial: '2m' } } }))).toHaveLength(1);
    expect(
      faultsOf(pay({ retry: { backoff: { initial: '2m' } } }), { defaults: { retry: { backoff: { max: '5m' } } } }),
    ).toEqual([]);
    expect(faultsOf({ a: { type: 'noop' } }, { defaults: { retry: { backoff } } })).toEqual([
      'definition.contradiction /defaults/retry/backoff',
    ]);
  });
});

describe('the names of tasks, types and definitions', () => {
  // The last ones look like others: a Cyrillic a, a full-width a, a combining accent, a zero-width space.
  const WRONG = [
    '',
    ' ',
    'a b',
    '1a',
    '-a',
    '.a',
    'a/b',
    'a~b',
    'a"b',
    '${x}',
    '__proto__ ',
    'ä',
    'a\0',
    'a'.repeat(129),
  ];
  const CONFUSABLE = ['\u0430dmin', '\uFF41dmin', 'a\u0301', 'ad\u200Bmin', 'tasк'];

  test.each([...WRONG, ...CONFUSABLE])('are not %j', (key) => {
    expect(faultsOf({ [key]: { type: 'noop' } }).map((fault) => fault.split(' ')[0])).toEqual(['definition.bad-key']);
    expect(faultsOf({ a: { type: key } })).toEqual(['definition.bad-key /tasks/a/type']);
    expect(faultsOf({ a: { type: 'noop' } }, { name: key })).toEqual(['definition.bad-key /name']);
  });

  test.each(['a', '_', 'A.b-c_1', 'a'.repeat(128), 'constructor', 'toString', 'hasOwnProperty'])('may be %j', (key) => {
    expect(faultsOf({ [key]: { type: key, input: `\${ input.x }` } }, { name: key })).toEqual([]);
    const reader = { type: 'noop', dependsOn: [key], input: `\${ tasks["${key}"].output }` };
    expect(faultsOf({ [key]: { type: 'mine' }, reader })).toEqual([]);
  });

  test('are texts', () => {
    expect(faultsOf({ a: { type: 5 } })).toEqual(['definition.wrong-type /tasks/a/type']);
    expect(faultsOf({ a: { type: 'noop' } }, { name: null })).toEqual(['definition.wrong-type /name']);
  });
});

describe('the graph', () => {
  const cycle = 'definition.cycle';

  test.each<[string, { readonly [key: string]: readonly string[] }, string[]]>([
    ['itself', { a: ['a'] }, ['definition.self-dependency /tasks/a/dependsOn/0']],
    ['two', { a: ['b'], b: ['a'] }, [`${cycle} /tasks/a/dependsOn`]],
    ['three', { a: ['c'], b: ['a'], c: ['b'] }, [`${cycle} /tasks/a/dependsOn`]],
    ['behind a cycle', { x: ['b'], a: ['b'], b: ['a'], y: ['x'] }, [`${cycle} /tasks/a/dependsOn`]],
    ['two cycles in one knot', { a: ['b', 'c'], b: ['a'], c: ['a'] }, [`${cycle} /tasks/a/dependsOn`]],
    [
      'two knots',
      { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
      [`${cycle} /tasks/a/dependsOn`, `${cycle} /tasks/c/dependsOn`],
    ],
    ['nobody', { a: ['b'] }, ['definition.unknown-task /tasks/a/dependsOn/0']],
    [
      'the same twice',
      { a: [], b: ['a', 'a', 'a'] },
      ['definition.duplicate-dependency /tasks/b/dependsOn/1', 'definition.duplicate-dependency /tasks/b/dependsOn/2'],
    ],
    ['a diamond is none', { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, []],
  ])('%s', (_, graph, faults) => {
    expect(faultsOf(graphOf(graph))).toEqual(faults);
  });

  test('of any tasks has a plan if and only if it has no cycle', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graphs = fc.tuple(
      ...keys.map((key) =>
        fc.subarray(
          keys.filter((other) => other !== key),
          { maxLength: 3 },
        ),
      ),
    );
    fc.assert(
      fc.property(graphs, (lists) => {
        const graph = Object.fromEntries(keys.map((key, index) => [key, lists[index]!]));
        const { faults } = compileDefinition(documentOf(graphOf(graph)));
        expect(faults.every(({ code }) => code === cycle)).toBe(true);
        const done = new Set<string>();
        for (const _ of keys) for (const key of keys) if (graph[key]!.every((each) => done.has(each))) done.add(key);
        expect(faults.length === 0).toBe(done.size === keys.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever is sent as a definition', () => {
  const key = fc.constantFrom(
    'type',
    'dependsOn',
    'when',
    'input',
    'retry',
    'backoff',
    'timeout',
    'compensate',
    'none',
    'x',
  );
  const value = fc.oneof(
    json,
    fc.constantFrom('noop', 'a', '${ input.x }', '${ tasks.a.output }', '1s', '${', ['a'], 3),
  );
  const part = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)), { noNullPrototype: true });
  const tasks = fc.oneof(json, fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd e'), part, { noNullPrototype: true }));
  const document = fc.record(
    { tasks, output: value, onFailure: value, defaults: part, name: value },
    { requiredKeys: [] },
  );

  test('gets an answer: a plan, or faults with a code, a sentence and a place', () => {
    fc.assert(
      fc.property(document, (some) => {
        const compiled = compileDefinition({ orrery: 'v1', name: 'x', ...some } as Json);
        const errors = compiled.faults.filter(({ severity }) => severity === 'error');
        expect('plan' in compiled).toBe(errors.length === 0);
        for (const { code, message, pointer } of compiled.faults) {
          expect(code).toMatch(/^(definition|expression)\.[a-z-]+$/);
          expect(message.length).toBeGreaterThan(5);
          expect(message.length).toBeLessThan(1_000);
          expect(pointer === '' || pointer.startsWith('/')).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('cannot reach a prototype', () => {
    const evil = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}') as Json;
    const tasks = JSON.parse('{"__proto__": {"type": "noop"}, "a": {"type": "noop"}}') as Json;
    expect(faultsOf({ a: { type: 'noop', input: evil } })).toEqual([]);
    expect(faultsOf(tasks)).toEqual([]);
    for (const expression of ['input.__proto__.polluted', 'input.constructor.prototype', 'tasks.constructor.output']) {
      expect(faultsOf({ a: { type: 'noop', input: `\${ ${expression} }` } }).length).toBeLessThan(2);
    }
    expect('polluted' in {}).toBe(false);
  });
});
