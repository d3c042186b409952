import { describe, expect, test } from '@jest/globals';
import { faultsOf } from './definition.harness.js';
import { ENGINE_TYPES } from './task-types.js';

const faultsIn = (type: string, input: unknown, more: object = {}) =>
  faultsOf({ a: { type, ...(input === undefined ? {} : { input }), ...more } });

describe('the types of the engine', () => {
  test('are noop and sleep', () => {
    expect(ENGINE_TYPES).toEqual(['noop', 'sleep']);
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

  test('that cannot be used yet are refused', () => {
    expect(faultsIn('wait', { signal: 'go' })).toEqual(['definition.not-available /tasks/a/type']);
    expect(faultsIn('workflow', { definition: 'x' })).toEqual(['definition.not-available /tasks/a/type']);
    expect(faultsIn('mine', null, { compensate: { type: 'wait' } })).toEqual([
      'definition.not-available /tasks/a/compensate/type',
    ]);
    const later = { forEach: '${ input.items }', concurrency: 5 };
    expect(faultsIn('mine', null, later)).toEqual([
      ...['definition.not-available /tasks/a/forEach', 'definition.not-available /tasks/a/concurrency'],
    ]);
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
