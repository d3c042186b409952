import { describe, expect, test } from '@jest/globals';
import { documentOf, faultsOf, planOf } from './definition.harness.js';
import { signalSchemasOf } from './signals.js';
import { ENGINE_TYPES } from './task-types.js';

const faultsIn = (type: string, input: unknown, more: object = {}) =>
  faultsOf({ a: { type, ...(input === undefined ? {} : { input }), ...more } });

describe('the types of the engine', () => {
  test('are noop, sleep, wait and workflow', () => {
    expect(ENGINE_TYPES).toEqual(['noop', 'sleep', 'wait', 'workflow']);
  });

  test('have no use for what speaks of workers', () => {
    const more = { retry: { maxAttempts: 2 }, timeout: '1s', timeouts: { queue: '1s' }, priority: 3 };
    expect(faultsIn('noop', undefined, more)).toEqual([
      ...['warning definition.no-effect /tasks/a/retry', 'warning definition.no-effect /tasks/a/timeout'],
      ...['warning definition.no-effect /tasks/a/timeouts', 'warning definition.no-effect /tasks/a/priority'],
    ]);
    expect(faultsIn('mine', undefined, more)).toEqual([]);
    const compensate = { type: 'noop', priority: 5 };
    expect(faultsIn('mine', undefined, { compensate })).toEqual([
      'warning definition.no-effect /tasks/a/compensate/priority',
    ]);
  });

  test('that start a run may try again, and have no worker to wait for', () => {
    const more = {
      retry: { maxAttempts: 2 },
      timeouts: { run: '1h', queue: '1s', heartbeat: '1s' },
      priority: 3,
      compensate: { none: 'the child undoes itself' },
    };
    expect(faultsIn('workflow', { definition: 'x' }, more)).toEqual([
      ...[
        'warning definition.no-effect /tasks/a/timeouts/queue',
        'warning definition.no-effect /tasks/a/timeouts/heartbeat',
      ],
    ]);
    const attempts = planOf({ a: { type: 'workflow', input: { definition: 'x' }, ...more } }).tasks[0]!;
    expect(attempts).toMatchObject({
      retry: { maxAttempts: 2 },
      timeouts: { queueMs: null, runMs: 3_600_000, heartbeatMs: null },
      priority: 3,
    });
    const defaults = { retry: { maxAttempts: 9 }, timeout: '9s', priority: 9 };
    const [exempt] = planOf({ a: { type: 'workflow', input: { definition: 'x' } } }, { defaults }).tasks;
    expect(exempt).toMatchObject({ retry: { maxAttempts: 1 }, timeouts: { runMs: null }, priority: 1 });
  });
});

describe('noop', () => {
  test('takes any input, or none', () => {
    for (const input of [undefined, null, 5, 'x', [1], { a: 1 }]) expect(faultsIn('noop', input)).toEqual([]);
  });
});

describe('sleep', () => {
  test.each([
    { duration: '30s' },
    { duration: '0s' },
    { duration: '${ input.pause }' },
    { duration: '${ input.seconds }s' },
    { until: '2030-01-01T00:00:00Z' },
    { until: '${ input.at }' },
    '${ input.sleep }',
  ])('takes %j', (input) => {
    expect(faultsIn('sleep', input)).toEqual([]);
  });

  test.each([
    [undefined, 'definition.missing-key /tasks/a/input'],
    [{}, 'definition.missing-key /tasks/a/input'],
    [null, 'definition.wrong-type /tasks/a/input'],
    ['30s', 'definition.wrong-type /tasks/a/input'],
    [{ duration: '30' }, 'definition.bad-duration /tasks/a/input/duration'],
    [{ duration: 30 }, 'definition.bad-duration /tasks/a/input/duration'],
    [{ duration: '-1s' }, 'definition.bad-duration /tasks/a/input/duration'],
    [{ until: 'tomorrow' }, 'definition.bad-value /tasks/a/input/until'],
    [{ until: 5 }, 'definition.bad-value /tasks/a/input/until'],
    [{ duration: '1s', until: '2030-01-01T00:00:00Z' }, 'definition.contradiction /tasks/a/input'],
    [{ for: '1s' }, 'definition.unknown-key /tasks/a/input/for'],
  ])('does not take %j', (input, fault) => {
    expect(faultsIn('sleep', input)[0]).toBe(fault);
  });
});

describe('wait', () => {
  test.each([
    { signal: 'go' },
    { signal: 'approved.${ input.id }', timeout: '${ input.patience }' },
    { signal: 'go', timeout: '2d', schema: { type: 'object', properties: { a: { const: '${ not.an.expression' } } } },
    '${ input.wait }',
  ])('takes %j', (input) => {
    expect(faultsIn('wait', input)).toEqual([]);
  });

  test.each([
    [undefined, 'definition.missing-key /tasks/a/input'],
    [{}, 'definition.missing-key /tasks/a/input'],
    [{ signal: 'no name' }, 'definition.bad-key /tasks/a/input/signal'],
    [{ signal: 5 }, 'definition.wrong-type /tasks/a/input/signal'],
    [{ signal: 'go', timeout: '0s' }, 'definition.bad-duration /tasks/a/input/timeout'],
    [{ signal: 'go', schema: true }, 'definition.wrong-type /tasks/a/input/schema'],
    [{ signal: '${ input.name }', schema: {} }, 'definition.contradiction /tasks/a/input/schema'],
    [{ signal: 'go', until: 'noon' }, 'definition.unknown-key /tasks/a/input/until'],
  ])('does not take %j', (input, fault) => {
    expect(faultsIn('wait', input)).toEqual([fault]);
  });

  test('tells which signals may come, and what they must be', () => {
    const schema = { type: 'string' };
    const plan = planOf({
      a: { type: 'wait', input: { signal: 'go', schema } },
      b: { type: 'wait', input: { signal: 'go' }, compensate: { type: 'wait', input: { signal: 'undo', schema } } },
      c: { type: 'work', input: { signal: 'none' }, compensate: { none: 'nothing to undo' } },
    });
    expect(plan.signals).toEqual({
      schemas: new Map([
        ['go', [schema]],
        ['undo', [schema]],
      ]),
      computed: false,
    });
    for (const input of [{ signal: '${ input.name }' }, '${ input.wait }']) {
      expect(planOf({ a: { type: 'wait', input } }).signals).toEqual({ schemas: new Map(), computed: true });
    }
  });

  test('has its schemas told with their places', () => {
    const input = { signal: 'go', schema: { type: 'string' } };
    const document = documentOf({
      a: { type: 'wait', input },
      b: { type: 'noop', compensate: { type: 'wait', input } },
    });
    expect(signalSchemasOf(document)).toEqual([
      { schema: input.schema, pointer: '/tasks/a/input/schema' },
      { schema: input.schema, pointer: '/tasks/b/compensate/input/schema' },
    ]);
    expect(signalSchemasOf(documentOf({ a: { type: 'wait' }, b: { type: 'wait', input: [] } }))).toEqual([]);
  });
});

describe('workflow', () => {
  test.each([
    { definition: 'ship' },
    { definition: 'ship@3', input: { any: ['thing'] }, labels: { order: '${ input.id }' } },
    { definition: '${ input.name }', input: '${ input }', labels: '${ input.labels }' },
    '${ input.child }',
  ])('takes %j', (input) => {
    expect(faultsIn('workflow', input)).toEqual([]);
  });

  test.each([
    [undefined, 'definition.missing-key /tasks/a/input'],
    [{ definition: 'no name' }, 'definition.bad-value /tasks/a/input/definition'],
    [{ definition: 'ship@0' }, 'definition.bad-value /tasks/a/input/definition'],
    [{ definition: { orrery: 'v1' } }, 'definition.bad-value /tasks/a/input/definition'],
    [{ definition: 'ship', labels: { a: 1 } }, 'definition.wrong-type /tasks/a/input/labels/a'],
    [{ definition: 'ship', id: 'x' }, 'definition.unknown-key /tasks/a/input/id'],
  ])('does not take %j', (input, fault) => {
    expect(faultsIn('workflow', input)).toEqual([fault]);
  });

  test('may leave something behind', () => {
    const undone = { b: { type: 'noop', compensate: { type: 'noop' } } };
    expect(faultsOf({ a: { type: 'workflow', input: { definition: 'x' } }, ...undone })).toEqual([
      'warning definition.no-compensation /tasks/a',
    ]);
  });
});

describe('http', () => {
  test.each([
    { url: 'https://example.test/' },
    {
      url: 'HTTP://example.test',
      method: 'POST',
      headers: { accept: '*/*' },
      body: { any: 'thing' },
      okStatus: [200, 404],
    },
    { url: '${ input.url }', method: '${ input.method }', headers: '${ input.headers }', okStatus: '${ input.ok }' },
    { url: 'https://example.test/${ input.id }', headers: { a: '${ input.a }' }, okStatus: ['${ input.ok }'] },
    '${ input.request }',
  ])('takes %j', (input) => {
    expect(faultsIn('http', input)).toEqual([]);
  });

  test.each([
    [undefined, 'definition.missing-key /tasks/a/input'],
    [{}, 'definition.missing-key /tasks/a/input'],
    [{ url: 'ftp://example.test/' }, 'definition.bad-value /tasks/a/input/url'],
    [{ url: '/relative' }, 'definition.bad-value /tasks/a/input/url'],
    [{ url: 'https:///x' }, 'definition.bad-value /tasks/a/input/url'],
    [{ url: 5 }, 'definition.bad-value /tasks/a/input/url'],
    [{ url: 'https://x.test', method: 'get' }, 'definition.bad-value /tasks/a/input/method'],
    [{ url: 'https://x.test', headers: ['a'] }, 'definition.wrong-type /tasks/a/input/headers'],
    [{ url: 'https://x.test', headers: { a: 1 } }, 'definition.wrong-type /tasks/a/input/headers/a'],
    [{ url: 'https://x.test', okStatus: 200 }, 'definition.wrong-type /tasks/a/input/okStatus'],
    [{ url: 'https://x.test', okStatus: [99] }, 'definition.bad-value /tasks/a/input/okStatus/0'],
    [{ url: 'https://x.test', okStatus: [200.5] }, 'definition.bad-value /tasks/a/input/okStatus/0'],
    [{ url: 'https://x.test', okStatus: [] }, 'definition.bad-value /tasks/a/input/okStatus'],
    [{ url: 'https://x.test', timeout: '1s' }, 'definition.unknown-key /tasks/a/input/timeout'],
  ])('does not take %j', (input, fault) => {
    expect(faultsIn('http', input)).toEqual([fault]);
  });
});
