import { describe, expect, test } from '@jest/globals';
import { compileDefinition } from './compile-definition.js';
import { documentOf, faultsOf, planOf } from './definition.harness.js';
import { LIMITS } from './limits.js';

/** Expressions of the last task of a chain, and what is said of them. */
const OUT_OF_REACH: readonly [string, string][] = [
  [
    'tasks.aside.output',
    '"last" reads the output of "aside", which need not be there: it is not upstream of "last" (see dependsOn)',
  ],
  [
    'tasks.last.output',
    '"last" reads its own output, which need not be there: it is not upstream of "last" (see dependsOn)',
  ],
  ['tasks.frist.output', 'there is no task "frist" (did you mean "first"?)'],
  ['tasks.a.b.output', 'there is no task "a" (a key with "." or "-" stands in brackets: tasks["a.b"].output)'],
  ['tasks.my-task.output', 'there is no task "my" (a key with "." or "-" stands in brackets: tasks["my-task"].output)'],
  ['tasks.first', 'of a task only its output can be read: tasks.first.output'],
  ['tasks["a.b"].status', 'of a task only its output can be read: tasks["a.b"].output'],
  [
    'tasks[input.key].output',
    'the key of a task cannot be computed: write tasks.key.output or tasks["a.b"].output, with the key as it stands in the definition',
  ],
  [
    'tasks[0]',
    'the key of a task cannot be computed: write tasks.key.output or tasks["a.b"].output, with the key as it stands in the definition',
  ],
  [
    'size(tasks)',
    'all tasks together cannot be read: write tasks.key.output or tasks["a.b"].output, with the key as it stands in the definition',
  ],
  ['workflow.startdAt', 'of the workflow only id and startedAt can be read (did you mean "startedAt"?)'],
  ['workflow["name"]', 'of the workflow only id and startedAt can be read'],
  ['workflow[input.key]', 'of the workflow only id and startedAt can be read'],
  [
    'inputs.x',
    'there is no "inputs" here (did you mean "input"?): an expression reads input, tasks.<key>.output or workflow',
  ],
  ['item.sku', 'there is no "item" here: it is in reach of the task of a forEach, and of nothing else'],
  ['index + 1', 'there is no "index" here: it is in reach of the task of a forEach, and of nothing else'],
];

describe('the reach of an expression', () => {
  const chain = (expression: string, where: 'when' | 'input' = 'input') => ({
    first: { type: 'noop' },
    'a.b': { type: 'noop', dependsOn: ['first'] },
    'my-task': { type: 'noop', dependsOn: ['a.b'] },
    last: { type: 'noop', dependsOn: ['my-task'], [where]: `\${ ${expression} }` },
    aside: { type: 'noop' },
  });
  const messages = (tasks: unknown, more = {}) =>
    compileDefinition(documentOf(tasks, more)).faults.map(({ message }) => message);

  test.each([
    ...['tasks.first.output', 'tasks["a.b"].output.x', 'tasks["my-task"]["output"]', 'has(tasks.first.output.x)'],
    ...['input.x', 'workflow.id', 'workflow.startedAt', 'workflow', 'tasks.first.?output'],
  ])('has %s', (expression) => {
    expect(faultsOf(chain(expression))).toEqual([]);
  });

  test.each(OUT_OF_REACH)('has no %s', (expression, message) => {
    expect(messages(chain(expression))).toContain(message);
    expect(messages(chain(`${expression} == 1`, 'when'))).toContain(message);
  });

  test('of a compensation is its task, and what is upstream of that', () => {
    const tasks = (expression: string) => ({
      first: { type: 'noop' },
      second: { type: 'pay', dependsOn: ['first'], compensate: { type: 'undo', input: `\${ ${expression} }` } },
      third: { type: 'noop', dependsOn: ['second'] },
    });
    for (const expression of ['input.x', 'tasks.first.output', 'tasks.second.output', 'workflow.id']) {
      expect(faultsOf(tasks(expression))).toEqual([]);
    }
    expect(messages(tasks('tasks.third.output'))).toEqual([
      'the compensation of "second" reads the output of "third", which need not be there when it runs: only "second" and what is upstream of it have surely ended',
    ]);
  });

  test('of the output is every task', () => {
    expect(faultsOf(chain('1'), { output: ['${ tasks.aside.output }', '${ tasks.last.output }'] })).toEqual([]);
    expect(faultsOf(chain('1'), { output: '${ tasks.nobody.output }' })).toEqual(['expression.unknown-task /output']);
  });

  test('does not end at a cycle', () => {
    const tasks = {
      a: { type: 'noop', dependsOn: ['b'], input: '${ tasks.b.output }' },
      b: { type: 'noop', dependsOn: ['a'], input: '${ tasks.b.output + tasks.c.output }' },
      c: { type: 'noop', dependsOn: ['a'], input: '${ tasks.b.output }' },
    };
    expect(faultsOf(tasks)).toEqual(['definition.cycle /tasks/a/dependsOn', 'expression.not-upstream /tasks/b/input']);
  });
});

describe('a list', () => {
  const each = (more: object) =>
    faultsOf({ first: { type: 'noop' }, a: { type: 'pay', dependsOn: ['first'], ...more } });

  test('stands in the definition, or an expression gives it', () => {
    for (const forEach of [[], [1, '${ input.x }'], '${ input.items }', '${ tasks.first.output }', '${ [1, 2] }']) {
      expect(each({ forEach })).toEqual([]);
    }
    expect(each({ forEach: '${ 1 }' })).toEqual(['expression.type /tasks/a/forEach']);
    expect(each({ forEach: '${ tasks.a.output }' })).toEqual(['expression.not-upstream /tasks/a/forEach']);
    expect(each({ forEach: '${ item }' })).toEqual(['expression.unknown-name /tasks/a/forEach']);
  });

  test('has each item and its index in reach of what is done for it', () => {
    const expression = '${ [item.sku, index, input, tasks.first.output] }';
    const compensate = { type: 'undo', input: '${ [item, index, tasks.a.output] }' };
    expect(each({ forEach: '${ input.items }', when: '${ item.wanted }', input: expression, compensate })).toEqual([]);
    const [fault] = compileDefinition(documentOf({ a: { type: 'pay', forEach: [], input: '${ itm }' } })).faults;
    expect(fault!.message).toBe(
      'there is no "itm" here (did you mean "item"?): an expression reads item, index, input, tasks.<key>.output or workflow',
    );
  });

  test('has its condition asked for each item if it reads the item, and otherwise once', () => {
    const isAskedForEach = (when: unknown) =>
      planOf({ a: { type: 'pay', forEach: [], when } }).tasks[0]!.forEach!.whenEach;
    expect(['${ item > 1 }', '${ index == 0 && input.x }'].map(isAskedForEach)).toEqual([true, true]);
    expect(['${ input.x }', true].map(isAskedForEach)).toEqual([false, false]);
  });

  test('is what a concurrency speaks of', () => {
    expect(each({ concurrency: 5 })).toEqual(['warning definition.no-effect /tasks/a/concurrency']);
    const [task] = planOf({ a: { type: 'pay', forEach: [], concurrency: 5 } }).tasks;
    expect(task!.forEach!.concurrency).toBe(5);
  });

  test('may be larger than one payload, up to a limit of its own', () => {
    const { items } = planOf({ a: { type: 'pay', forEach: '${ input }' } }).tasks[0]!.forEach!;
    const ofMiB = (count: number) => {
      const input = Array<string>(count).fill('x'.repeat(LIMITS.payloadBytes - 64));
      return () => items({ input, tasks: {}, workflow: { id: '', startedAt: '' } });
    };
    expect(ofMiB(4)()).toHaveLength(4);
    expect(ofMiB(5)).toThrow(expect.objectContaining({ code: 'items.too-large' }));
  });
});

describe('a condition', () => {
  const when = (condition: unknown) => faultsOf({ a: { type: 'noop', when: condition } });

  test('is true or false, or one expression that gives it', () => {
    for (const condition of [true, false, '${ input.x > 1 }', '${ input.x }', '${ has(input.x) }']) {
      expect(when(condition)).toEqual([]);
    }
    expect(planOf({ a: { type: 'noop', when: false } }).tasks[0]!.when!({} as never)).toBe(false);
  });

  test('is nothing else', () => {
    expect(when('${ 1 }')).toEqual(['expression.type /tasks/a/when']);
    expect(when('input.x > 1')).toEqual(['expression.type /tasks/a/when']);
    expect(when('${ input.x } > 1')).toEqual(['expression.type /tasks/a/when']);
    expect(when('${ input. }')).toEqual(['expression.syntax /tasks/a/when']);
    expect(when(1)).toEqual(['definition.wrong-type /tasks/a/when']);
    expect(when(['${ true }'])).toEqual(['definition.wrong-type /tasks/a/when']);
  });

  test('that was not written as an expression is told how', () => {
    const [fault] = compileDefinition(documentOf({ a: { type: 'noop', when: 'input.x > 1' } })).faults;
    expect(fault!.hint).toBe('write the whole condition as one expression: "${ ... }"');
    expect(compileDefinition(documentOf({ a: { type: 'noop', when: '${ 1 }' } })).faults[0]!.hint).toBeUndefined();
  });
});
