import { describe, expect, test } from '@jest/globals';
import { ExpressionFailed } from '../../kernel/expression.js';
import type { Json } from '../../kernel/json.js';
import { LIMITS } from '../definition/limits.js';
import { at, cancel, fire, runsOf, start } from '../testing/run-words.js';

const failing = () => {
  throw new ExpressionFailed('expression.failed', 'input has no key "n"');
};
const EXPRESSION_FAILED = { code: 'expression.failed', message: 'input has no key "n"' };

describe('`noop`', () => {
  test('is done at once, and gives its input', () => {
    const { nothing, started, completed, queued } = runsOf({
      a: { type: 'noop', input: ({ input }) => [input] },
      b: { after: ['a'], when: ({ tasks }) => (tasks['a']!.output as Json[])[0]! },
    });
    nothing.when(start(true)).then([started(true), completed('a', { output: [true] }), queued('b')]);
  });

  test('gives null without an input', () => {
    const { nothing, started, completed, done } = runsOf({ a: { type: 'noop' } });
    nothing.when(start()).then([started(), completed('a'), done()]);
  });

  test('fails for good when its input cannot be evaluated', () => {
    const { nothing, started, failed, stopped, runFailed } = runsOf({ a: { type: 'noop', input: failing, retry: 3 } });
    nothing
      .when(start())
      .then([
        started(),
        failed('a', { error: EXPRESSION_FAILED }),
        stopped('failed', EXPRESSION_FAILED, { task: 'a' }),
        runFailed(EXPRESSION_FAILED),
      ]);
  });

  test('is held to the limits of outputs like any other task', () => {
    const large = 'x'.repeat(LIMITS.payloadBytes - 2);
    const { after } = runsOf({ a: { type: 'noop', input: `${large}x` } });
    expect(after(start()).state).toMatchObject({ status: 'failed', stopped: { error: { code: 'output.too-large' } } });
    const enough = LIMITS.outputsBytes / LIMITS.payloadBytes;
    const names = Array.from({ length: enough + 1 }, (_, n) => `t${n}`);
    const many = runsOf(Object.fromEntries(names.map((name) => [name, { type: 'noop', input: large }])));
    const { state } = many.after(start());
    expect(state.outputsSize).toBe(LIMITS.outputsBytes);
    expect(state.tasks.map(({ status }) => status)).toEqual([...names.slice(1).map(() => 'completed'), 'failed']);
  });
});

describe('`sleep`', () => {
  const sleeping = runsOf({ a: { type: 'sleep', input: ({ input }) => input }, b: { after: ['a'] } });
  const { nothing, after, started, began, completed, queued, failed, stopped, runFailed } = sleeping;

  test.each([
    [{ duration: '1m30s' }, 90_000],
    [{ duration: 'PT0.5S' }, 500],
    [{ until: '2023-11-14T22:13:30Z' }, 10_000],
    [{ until: '2023-11-15T00:13:20.250+02:00' }, 250],
  ])('of %j ends at its time, and takes no worker', (input, until) => {
    nothing
      .when(start(input))
      .then([started(input), began('a', { until })])
      .when(fire(), at(until - 1))
      .thenNothing()
      .when(fire(), at(until))
      .then([completed('a'), queued('b')]);
  });

  test.each<Json>([{ duration: '0s' }, { until: '1999-12-31T23:59:59Z' }, { until: '2023-11-14T22:13:20Z' }])(
    'of %j is over at once',
    (input) => {
      nothing.when(start(input)).then([started(input), completed('a'), queued('b')]);
    },
  );

  test.each<Json>([
    null,
    'PT1S',
    1_000,
    [],
    {},
    ['duration'],
    { duration: '30 seconds' },
    { duration: 30 },
    { duration: ['30s'] },
    { duration: '-1s' },
    { duration: '36501d' },
    { until: 'tomorrow' },
    { until: '2030' },
    { until: '2030-01-01T00:00:00' },
    { until: '2030-02-30T00:00:00Z' },
    { until: 1_700_000_000_000 },
    { duration: '1s', until: '2030-01-01T00:00:00Z' },
    { duration: '1s', note: 'a key that a definition may not have either' },
  ])('fails for good when its input is %j', (input) => {
    const shown = JSON.stringify(input).slice(0, 59);
    const error = { code: 'sleep.invalid', message: expect.stringContaining(`and got ${shown}`) as unknown as string };
    nothing
      .when(start(input))
      .then([started(input), failed('a', { error }), stopped('failed', error, { task: 'a' }), runFailed(error)]);
  });

  test('fails for good when its input cannot be evaluated', () => {
    const odd = runsOf({ a: { type: 'sleep', input: failing } });
    odd.nothing
      .when(start())
      .then([
        odd.started(),
        odd.failed('a', { error: EXPRESSION_FAILED }),
        odd.stopped('failed', EXPRESSION_FAILED, { task: 'a' }),
        odd.runFailed(EXPRESSION_FAILED),
      ]);
  });

  test('is nobody’s to report on', () => {
    const asleep = after(start({ duration: '1m' }));
    asleep.when(sleeping.begin('a')).thenRefused('task.lease-lost');
    asleep.when(sleeping.complete('a')).thenRefused('task.lease-lost');
    asleep.when(sleeping.fail('a')).thenRefused('task.lease-lost');
    asleep.when(sleeping.withdraw('a')).thenNothing();
  });

  test('ends with its run', () => {
    const run = after(start({ duration: '1m' }))
      .when(cancel())
      .thenTypes('WorkflowStopped', 'WorkflowCancelled');
    expect(run.state.tasks[0]!.status).toBe('cancelled');
    run.when(fire(), at(60_000)).thenNothing();
  });
});

describe('the engine’s own types', () => {
  test('can undo a task too', () => {
    const { after, complete, fail, failed, stopped, undoing, began, completed, compensated } = runsOf({
      a: { compensate: { type: 'noop' } },
      b: { compensate: { type: 'sleep', input: { duration: '1s' } } },
      c: {},
    });
    const run = after(start(), complete('a'), complete('b'))
      .when(fail('c'))
      .then([
        failed('c'),
        stopped('failed', { code: 'boom', message: 'it failed: boom' }, { task: 'c' }),
        undoing,
        began('~b', { until: 1_000 }),
      ]);
    expect(run.state.tasks[1]!.status).toBe('compensating');
    const end = run.when(fire(), at(1_000)).then([completed('~b'), completed('~a'), compensated]);
    expect(end.state.tasks.slice(0, 2).map(({ status }) => status)).toEqual(['compensated', 'compensated']);
  });
});
