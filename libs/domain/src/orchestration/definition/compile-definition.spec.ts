import { describe, expect, test } from '@jest/globals';
import { DEFAULT_RETRY, NO_RETRY } from '../task/retry-policy.js';
import { compileDefinition, isDeeper } from './compile-definition.js';
import { faultsOf, planOf } from './definition.harness.js';
import type { Scope } from './plan.js';

const NONE = { queueMs: null, runMs: null, heartbeatMs: null };
const scope: Scope = {
  input: { items: [1, 2], express: false },
  tasks: { reserve: { output: { total: 12, reservationId: 'r-1' } }, charge: { output: { id: 'c-1' } } },
  workflow: { id: 'w-1', startedAt: '2024-01-01T00:00:00.000Z' },
};

const ORDER = {
  orrery: 'v1',
  name: 'order-fulfilment',
  description: 'Reserve, charge and ship; undo what was done when a step fails.',
  input: { type: 'object', required: ['items'], properties: { items: { type: 'array' } } },
  defaults: {
    retry: { maxAttempts: 4, backoff: { initial: '2s', multiplier: 3, max: '90s', jitter: 'full' } },
    timeout: '30s',
  },
  timeout: '1h',
  onFailure: { running: 'cancel' },
  tasks: {
    reserve: {
      type: 'inventory.reserve',
      input: { items: '${ input.items }' },
      compensate: { type: 'inventory.release', input: { id: '${ tasks.reserve.output.reservationId }' } },
    },
    charge: {
      type: 'payment.charge',
      description: 'Take the money.',
      dependsOn: ['reserve'],
      input: { amount: '${ tasks.reserve.output.total }', note: 'for ${ workflow.id }' },
      retry: { maxAttempts: 5, backoff: { initial: '1s' }, nonRetryable: ['card.declined'] },
      timeouts: { queue: '5m', run: '20s', heartbeat: '10s' },
      priority: 7,
      compensate: {
        type: 'payment.refund',
        input: '${ tasks.charge.output.id }',
        retry: { maxAttempts: 9 },
        timeout: '1m',
      },
    },
    giftwrap: {
      type: 'packing.wrap',
      dependsOn: ['charge'],
      when: '${ input.express == true }',
      optional: true,
      compensate: { none: 'the paper is gone' },
    },
    rest: { type: 'sleep', input: { duration: '1m' }, dependsOn: ['charge', 'giftwrap'] },
  },
  output: { charged: '${ tasks.charge.output.id }' },
};

describe('a plan', () => {
  const compiled = compileDefinition(ORDER);
  const plan = planOf(ORDER.tasks, ORDER);

  test('has the tasks by ordinal, in the order of the definition, and after them the compensations', () => {
    expect(compiled.faults).toEqual([]);
    expect(plan.taskCount).toBe(4);
    expect(plan.tasks.map(({ ordinal, key, type }) => `${ordinal} ${key} ${type}`)).toEqual([
      ...['0 reserve inventory.reserve', '1 charge payment.charge', '2 giftwrap packing.wrap', '3 rest sleep'],
      ...['4 reserve inventory.release', '5 charge payment.refund'],
    ]);
    expect(plan.tasks.map(({ compensation, compensates }) => [compensation, compensates])).toEqual([
      ...[
        [4, null],
        [5, null],
        [null, null],
        [null, null],
        [null, 0],
        [null, 1],
      ],
    ]);
  });

  test('knows who waits for whom, both ways', () => {
    expect(plan.tasks.map(({ dependsOn }) => dependsOn)).toEqual([[], [0], [1], [1, 2], [], []]);
    expect(plan.tasks.map(({ dependents }) => dependents)).toEqual([[1], [2, 3], [3], [], [], []]);
  });

  test('has everything filled in: what is said, then the defaults, then the defaults of the language', () => {
    const backoff = { initialMs: 2_000, multiplier: 3, maxMs: 90_000, jitter: 'full' };
    expect(plan.tasks.map(({ retry }) => retry)).toEqual([
      { maxAttempts: 4, backoff, nonRetryable: [] },
      { maxAttempts: 5, backoff: { ...backoff, initialMs: 1_000 }, nonRetryable: ['card.declined'] },
      { maxAttempts: 4, backoff, nonRetryable: [] },
      NO_RETRY,
      { maxAttempts: 4, backoff, nonRetryable: [] },
      { maxAttempts: 9, backoff, nonRetryable: [] },
    ]);
    expect(plan.tasks.map(({ timeouts }) => timeouts)).toEqual([
      { ...NONE, runMs: 30_000 },
      { queueMs: 300_000, runMs: 20_000, heartbeatMs: 10_000 },
      { ...NONE, runMs: 30_000 },
      NONE,
      { ...NONE, runMs: 30_000 },
      { ...NONE, runMs: 60_000 },
    ]);
    expect(plan.tasks.map(({ priority }) => priority)).toEqual([1, 7, 1, 1, 1, 7]);
    expect(plan.tasks.map(({ optional }) => optional)).toEqual([false, false, true, false, false, false]);
  });

  test('has the expressions of each, ready to run', () => {
    expect(plan.tasks.map(({ input }) => input && input(scope))).toEqual([
      ...[{ items: [1, 2] }, { amount: 12, note: 'for w-1' }, null, { duration: '1m' }, { id: 'r-1' }, 'c-1'],
    ]);
    expect(plan.tasks.map(({ when }) => when && when(scope))).toEqual([null, null, false, null, null, null]);
    expect(plan.output!(scope)).toEqual({ charged: 'c-1' });
  });

  test('says what holds for the run', () => {
    expect(plan).toMatchObject({
      ...{ name: 'order-fulfilment', timeoutMs: 3_600_000, onFailure: 'compensate', whenFailing: 'cancel' },
      inputSchema: ORDER.input,
    });
  });

  test('of a definition that says nothing has the defaults of the language', () => {
    const bare = planOf({ a: { type: 'mine' }, b: { type: 'noop' } });
    expect(bare).toMatchObject({
      ...{ timeoutMs: null, onFailure: 'fail', whenFailing: 'finish', output: null, inputSchema: null },
    });
    expect(bare.tasks[0]).toMatchObject({
      retry: DEFAULT_RETRY,
      timeouts: { ...NONE, runMs: 300_000 },
      priority: 1,
      input: null,
    });
    expect(bare.tasks[1]).toMatchObject({ retry: NO_RETRY, timeouts: NONE, priority: 1, when: null });
  });
});

describe('what a final failure leads to', () => {
  const undone = { a: { type: 'noop', compensate: { type: 'noop' } } };
  const plain = { a: { type: 'noop' } };

  test.each([
    [plain, undefined, 'fail', 'finish'],
    [undone, undefined, 'compensate', 'finish'],
    [undone, 'fail', 'fail', 'finish'],
    [plain, 'compensate', 'compensate', 'finish'],
    [undone, { running: 'cancel' }, 'compensate', 'cancel'],
    [undone, { action: 'fail' }, 'fail', 'finish'],
    [{ a: { type: 'noop', compensate: { none: 'nothing to do' } } }, undefined, 'fail', 'finish'],
  ])('of %j with %j is %s, %s', (tasks, onFailure, action, running) => {
    const plan = planOf(tasks, onFailure === undefined ? {} : { onFailure });
    expect([plan.onFailure, plan.whenFailing]).toEqual([action, running]);
  });
});

describe('the coverage of compensations', () => {
  const uncovered = {
    reserve: { type: 'reserve', compensate: { type: 'release' } },
    charge: { type: 'charge' },
    mail: { type: 'mail', compensate: { none: 'a mail cannot be called back' } },
    rest: { type: 'sleep', input: { duration: '1s' } },
    get: { type: 'http', input: { url: 'https://example.test/' } },
    post: { type: 'http', input: { url: 'https://example.test/', method: 'POST' } },
    either: { type: 'http', input: { url: 'https://example.test/', method: '${ input.method }' } },
    any: { type: 'http', input: '${ input.request }' },
  };

  test('is a warning where a failure leads to compensation', () => {
    expect(faultsOf(uncovered)).toEqual([
      ...['warning definition.no-compensation /tasks/charge', 'warning definition.no-compensation /tasks/post'],
      ...['warning definition.no-compensation /tasks/either', 'warning definition.no-compensation /tasks/any'],
    ]);
  });

  test("is nobody's business where nothing is undone anyway", () => {
    expect(faultsOf(uncovered, { onFailure: 'fail' })).toEqual([]);
    expect(faultsOf({ charge: { type: 'charge' } })).toEqual([]);
  });

  test('is an error where the author is strict', () => {
    expect(faultsOf({ charge: { type: 'charge' } }, { strict: true })).toEqual([
      'definition.no-compensation /tasks/charge',
    ]);
    expect(faultsOf({ charge: { type: 'charge' } }, { strict: true, onFailure: 'fail' })).toHaveLength(1);
    expect(faultsOf({ rest: { type: 'noop' } }, { strict: true })).toEqual([]);
  });
});

describe('depth', () => {
  test('is counted by a loop', () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect([isDeeper(nested(64), 64), isDeeper(nested(65), 64), isDeeper(nested(3_000), 64), isDeeper(1, 0)]).toEqual([
      ...[false, true, true, false],
    ]);
    expect(faultsOf({ a: { type: 'noop', input: nested(62) } })).toEqual(['definition.limit-exceeded ']);
    expect(faultsOf({ a: { type: 'noop', input: nested(61) } })).toEqual([]);
  });
});
