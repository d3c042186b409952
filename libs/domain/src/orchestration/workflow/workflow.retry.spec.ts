import { describe, expect, test } from '@jest/globals';
import { ExpressionFailed } from '../../kernel/expression.js';
import { at, cancel, error, fire, pause, retry, runsOf, start } from '../testing/run-words.js';
import { nextDue } from './workflow.state.js';

const BOOM = error('boom');
const FINAL = { error: { ...BOOM, retryable: false } };
const tried = { maxAttempts: 2, backoff: { initialMs: 100, multiplier: 1, maxMs: 100, jitter: 'none' } } as const;

describe('retrying a failed run', () => {
  const { after, complete, completed, fail, failed, queued, retried, done, begin } = runsOf(
    { a: {}, b: { after: ['a'], retry: tried }, c: { after: ['a'], retry: tried }, d: { after: ['b', 'c'] } },
    { timeoutMs: 1_000, output: ({ tasks }) => tasks['b']!.output },
  );
  const failedRun = [start(), complete('a'), begin('c'), fail('b', FINAL), fail('c')] as const;

  test('goes on with what failed or never ran, and leaves what is done alone', () => {
    const run = after(...failedRun);
    expect(run.state.status).toBe('failed');
    run
      .when(retry(), at(5_000))
      .then([retried('running', 6_000), queued('b', { attempt: 2 }), queued('c', { attempt: 2 })])
      .when(complete('c', { attempt: 2 }))
      .then([completed('c', { attempt: 2 })])
      .when(complete('b', { attempt: 2, output: 1 }))
      .then([completed('b', { attempt: 2, output: 1 }), queued('d')])
      .when(complete('d'))
      .then([completed('d'), done(1)]);
  });

  test('gives each as many attempts as before, numbered on', () => {
    after(start(), complete('a'), fail('b', FINAL), fail('c'), [retry(), at(10)])
      .when(fail('b', { attempt: 2 }), at(20))
      .then([failed('b', { attempt: 2, retryAt: 120 })])
      .when(fire(), at(120))
      .then([queued('b', { attempt: 3 })])
      .when(fail('b', { attempt: 3 }), at(130))
      .thenTypes('TaskFailed', 'WorkflowStopped');
  });

  test('gives the run its time anew', () => {
    expect(nextDue(after(...failedRun, [retry(), at(5_000)]).state)).toBe(at(6_000).now);
    const late = { code: 'workflow.timed-out', message: 'the run did not end within 1000 ms' };
    const timed = runsOf({ a: { type: 'sleep', input: { duration: '90ms' } } }, { timeoutMs: 50 });
    expect(timed.after(start(), [fire(), at(50)]).state.stopped!.error).toMatchObject({ code: late.code });
    timed
      .after(start(), [fire(), at(50)])
      .when(retry(), at(500))
      .then([timed.retried('running', 550), timed.began('a', { attempt: 2, startedAt: 500, until: 590 })]);
  });

  test('begins what was withdrawn, slept or waited for its next attempt', () => {
    const mixed = runsOf({
      a: {},
      withdrawn: {},
      asleep: { type: 'sleep', input: { duration: '1s' } },
      again: { retry: 3 },
    });
    const run = mixed.after(start(), mixed.fail('again'), mixed.fail('a'), mixed.withdraw('withdrawn'));
    expect(run.state.status).toBe('failed');
    run
      .when(retry(), at(10))
      .then([
        mixed.retried('running'),
        mixed.queued('a', { attempt: 2 }),
        mixed.queued('withdrawn', { attempt: 2 }),
        mixed.began('asleep', { attempt: 2, startedAt: 10, until: 1_010 }),
        mixed.queued('again', { attempt: 2 }),
      ]);
  });

  test('leaves an optional task that failed for good as it is', () => {
    const some = runsOf({ a: { optional: true }, b: { after: ['a'] } });
    some
      .after(start(), some.fail('a'), some.fail('b'))
      .when(retry())
      .then([some.retried('running'), some.queued('b', { attempt: 2 })]);
  });

  test('lets an optional task try again that only the stop kept from it', () => {
    const some = runsOf({ a: { optional: true, retry: 5 }, b: {}, c: { after: ['a'] } });
    const run = some.after(start(), some.begin('a'), some.fail('b'), some.fail('a'));
    expect(run.state).toMatchObject({ status: 'failed', outputs: {}, open: 3 });
    run
      .when(retry())
      .then([some.retried('running'), some.queued('a', { attempt: 2 }), some.queued('b', { attempt: 2 })]);
  });

  test('may fail again, as often as it likes', () => {
    const run = after(...failedRun, retry(), fail('b', { attempt: 2, ...FINAL }), fail('c', { attempt: 2 }));
    expect(run.state.status).toBe('failed');
    run.when(retry()).thenTypes('WorkflowRetried', 'TaskQueued', 'TaskQueued');
  });

  test('can be cancelled, and then undoes what all its attempts have done', () => {
    const saga = runsOf(
      { a: { compensate: true }, b: { compensate: true }, c: { after: ['a', 'b'] } },
      { onFailure: 'fail' },
    );
    saga
      .after(
        start(),
        saga.complete('b'),
        saga.complete('a'),
        saga.fail('c'),
        retry(),
        saga.fail('c', { attempt: 2 }),
        retry(),
      )
      .when(cancel())
      .thenTypes('WorkflowStopped')
      .when(saga.withdraw('c', { attempt: 3 }))
      .thenTypes('TaskWithdrawn', 'CompensationStarted', 'TaskQueued')
      .when(saga.complete('~a'))
      .thenTypes('TaskCompleted', 'TaskQueued')
      .when(saga.complete('~b'))
      .thenTypes('TaskCompleted', 'WorkflowCancelled');
  });

  test('asks again for an output that could not be evaluated', () => {
    let isThere = false;
    const output = () => {
      if (!isThere) throw new ExpressionFailed('expression.failed', 'not yet');
      return 'there';
    };
    const late = runsOf({ a: {} }, { output });
    const run = late.after(start(), late.complete('a'));
    expect(run.state.status).toBe('failed');
    run.when(retry()).thenTypes('WorkflowRetried', 'WorkflowStopped', 'WorkflowFailed');
    isThere = true;
    run.when(retry()).then([late.retried('running'), late.done('there')]);
  });
});

describe('retrying a run whose compensation failed', () => {
  const { after, complete, completed, fail, failed, queued, retried, runFailed, compensated, ordinal } = runsOf(
    { a: { compensate: true }, b: { compensate: { retry: tried } }, c: {} },
    { timeoutMs: 1_000 },
  );
  const notUndone = [start(), complete('a'), complete('b'), fail('c'), fail('~b', FINAL)] as const;

  test('goes on undoing where it stopped, with as many attempts as before', () => {
    const run = after(...notUndone)
      .when(retry(), at(10))
      .then([retried('compensating'), queued('~b', { attempt: 2 })]);
    expect(run.state.status).toBe('compensating');
    expect(run.state.tasks[ordinal('b')]!.status).toBe('compensating');
    run
      .when(fail('~b', { attempt: 2 }), at(20))
      .then([failed('~b', { attempt: 2, retryAt: 120 })])
      .when(fire(), at(120))
      .then([queued('~b', { attempt: 3 })])
      .when(complete('~b', { attempt: 3 }))
      .then([completed('~b', { attempt: 3 }), queued('~a')])
      .when(complete('~a'))
      .then([completed('~a'), compensated]);
  });

  test('gives the run no time: what undoes it is not timed', () => {
    expect(nextDue(after(...notUndone, retry()).state)).toBeUndefined();
  });

  test('may fail again', () => {
    after(...notUndone, retry())
      .when(fail('~b', { attempt: 2, ...FINAL }))
      .then([failed('~b', { attempt: 2 }), runFailed(BOOM, ['b', 'a'])])
      .when(retry())
      .then([retried('compensating'), queued('~b', { attempt: 3 })]);
  });
});

describe('retrying is refused', () => {
  const { nothing, after, complete, fail } = runsOf({ a: { compensate: true }, b: {} });

  test('while the run is under way', () => {
    after(start()).when(retry()).thenRefused('workflow.not-failed');
    after(start(), pause()).when(retry()).thenRefused('workflow.not-failed');
    after(start(), complete('a'), fail('b')).when(retry()).thenRefused('workflow.not-failed');
  });

  test('when it was completed, compensated or cancelled: it is over for good', () => {
    after(start(), complete('a'), complete('b')).when(retry()).thenRefused('workflow.not-failed');
    after(start(), complete('a'), fail('b'), complete('~a')).when(retry()).thenRefused('workflow.not-failed');
    const cancelled = runsOf({ a: { type: 'sleep', input: { duration: '1s' } } }).after(start(), cancel());
    cancelled.when(retry()).thenRefused('workflow.not-failed');
  });

  test('when there is no run', () => {
    nothing.when(retry()).thenRefused('workflow.not-found');
  });
});
