import { describe, expect, it } from '@jest/globals';
import { plannedTasks } from './definition-graph.js';
import { initialValue, isRequired, kindOf, resolved, sayWanted } from './input-schema.js';
import { diffLines } from './line-diff.js';

describe('the tasks of a definition', () => {
  const tasks = plannedTasks({
    tasks: {
      hold: { type: 'budget.hold', compensate: { type: 'budget.release' }, description: 'Holds.' },
      mail: { type: 'mail.send', dependsOn: ['hold'], compensate: { none: 'a mail cannot be unsent' }, optional: true },
      nap: { type: 'sleep', when: '${ input.nap }' },
      pay: { type: 'pay', forEach: [1, 2] },
      each: { type: 'pay', forEach: '${ input.list }' },
    },
  });
  it('say what undoes them, or why nothing does', () => {
    expect(tasks.map(({ coverage, undoneBy }) => [coverage, undoneBy])).toEqual([
      ['undone', 'budget.release'],
      ['excused', 'a mail cannot be unsent'],
      ['no-effect', 'it changes nothing'],
      ['open', ''],
      ['open', ''],
    ]);
  });
  it('say what is odd about them', () => {
    expect(tasks.map(({ notes }) => notes)).toEqual([
      [],
      ['optional'],
      ['when ${ input.nap }'],
      ['for each of a list'],
      ['for each ${ input.list }'],
    ]);
    expect(tasks[1]!.dependsOn).toEqual(['hold']);
  });
  it('are none, where there is no object of them', () => expect(plannedTasks({ tasks: [] })).toEqual([]));
});

describe('a form from a schema', () => {
  const schema = {
    type: 'object',
    required: ['orderId', 'items', 'kind', 'sure'],
    properties: {
      orderId: { type: 'string', minLength: 1 },
      giftwrap: { type: 'boolean', default: false },
      note: { type: 'string' },
      kind: { enum: ['a', 'b'] },
      sure: { type: 'boolean' },
      items: { type: 'array', minItems: 1, items: { $ref: '#/$defs/item' } },
      extra: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    },
    $defs: { item: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
  };
  it('begins with defaults, and a place for all that must be there', () => {
    expect(initialValue(schema, schema)).toEqual({
      orderId: '',
      giftwrap: false,
      kind: 'a',
      sure: false,
      items: [{ sku: '' }],
    });
    expect(initialValue(undefined, {})).toEqual({});
    expect(initialValue({ type: 'array', items: { type: 'number' } }, {})).toEqual([]);
  });
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'boolean' }, 'flag'],
    [{ enum: [1] }, 'choice'],
    [{ properties: {} }, 'object'],
    [{ type: 'object' }, 'json'],
    [{ type: 'object', properties: {} }, 'object'],
    [{ type: 'array', items: {} }, 'list'],
    [{ type: 'array' }, 'json'],
    [{ type: ['string', 'null'] }, 'json'],
    [{ type: 'null' }, 'json'],
    [{ type: 'string', anyOf: [] }, 'json'],
  ] as const)('%j is asked for as %s', (one, kind) => expect(kindOf(one)).toBe(kind));
  it('follows references, and ends where they go round', () => {
    expect(resolved({ $ref: '#/$defs/item', title: 'One' }, schema)).toMatchObject({ type: 'object', title: 'One' });
    const round = { a: { $ref: '#/a' } };
    expect(resolved(round.a, round)).toEqual({ $ref: '#/a' });
    expect(resolved({ $ref: 'https://elsewhere' }, schema)).toEqual({});
    const deep: { readonly [name: string]: object } = {
      list: { type: 'array', minItems: 1, items: { $ref: '#/list' } },
    };
    expect(JSON.stringify(initialValue(deep['list'] as never, deep as never))).toContain('null');
  });
  it('says what is wanted', () => {
    const wanted = { minLength: 1, maxLength: 9, minimum: 0, exclusiveMinimum: 1, pattern: '^a', format: 'date' };
    expect(sayWanted(wanted)).toBe('not empty, at most 9 characters, at least 0, more than 1, like ^a, date');
    expect(sayWanted({ minLength: 2, maximum: 4, exclusiveMaximum: 5, minItems: 1, maxItems: 2 })).toBe(
      'at least 2 characters, at most 4, less than 5, at least 1, at most 2',
    );
    expect([isRequired(schema, 'sure'), isRequired(schema, 'note')]).toEqual([true, false]);
  });
});

describe('what changed between two versions', () => {
  const told = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => `${kind} ${text}`);
  it('is told line by line', () => {
    expect(told('a\nb\nc\nd', 'a\nc\nx\nd')).toEqual(['same a', 'gone b', 'same c', 'new x', 'same d']);
    expect(told('a', 'a')).toEqual(['same a']);
  });
  it('is everything, where comparing would take too long', () => {
    const lines = (word: string) => Array.from({ length: 2_100 }, (_, index) => `${word}${index}`).join('\n');
    expect(diffLines(lines('a'), lines('b'))).toHaveLength(4_200);
  });
});
