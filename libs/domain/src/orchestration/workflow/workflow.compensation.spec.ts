import { describe, expect, test } from '@jest/globals';
import { at, error, fire, runsOf, start } from '../testing/run-words.js';

const BOOM = error('boom');
const sure = { maxAttempts: 2, backoff: { initialMs: 100, multiplier: 1, maxMs: 100, jitter: 'none' } } as const;

describe('a failed run undoes', () => {
  const { after, complete, completed, fail, failed, stopped, undoing, queued, begin, compensated, ordinal } = runsOf({
    a: { compensate: true },
    b: { compensate: true },
    plain: {},
    bad: {},
    never: { after: ['bad'], compensate: true },
  });
  const done = [start(), complete('b'), complete('plain'), complete('a')];

  test('exactly the completed tasks that have a compensation, one by one, last completed first', () => {
    const run = after(...done)
      .when(fail('bad'))
      .then([failed('bad'), stopped('failed', BOOM, { task: 'bad' }), undoing, queued('~a')]);
    expect(run.state.status).toBe('compensating');
    expect(run.state.tasks[ordinal('a')]!.status).toBe('compensating');
    const end = run
      .when(complete('~a', { output: 'undone' }))
      .then([completed('~a', { output: 'undone' }), queued('~b')])
      .when(complete('~b'))
      .then([completed('~b'), compensated]);
    expect(end.state.status).toBe('compensated');
    const statuses = end.state.tasks.map(({ status }) => status);
    expect(statuses).toEqual([
      'compensated',
      'compensated',
      'completed',
      'failed',
      'cancelled',
      'completed',
      'completed',
      'pending',
    ]);
  });

  test('in the order in which they completed, whatever the order of the definition', () => {
    const { state } = after(start(), complete('a'), complete('plain'), complete('b'), fail('bad'));
    expect(state.undoing).toBe(ordinal('~b'));
  });

  test('also what completes while the run waits for it, and nothing before', () => {
    after(start(), complete('a'), complete('plain'), begin('b'))
      .when(fail('bad'))
      .then([failed('bad'), stopped('failed', BOOM, { task: 'bad' })])
      .when(complete('b'))
      .then([completed('b'), undoing, queued('~b')]);
  });

  test('nothing when nothing is there to undo, and is compensated all the same', () => {
    after(start(), complete('plain'), fail('a'))
      .when(fail('b'))
      .thenTypes('TaskFailed')
      .when(fail('bad'))
      .thenTypes('TaskFailed', 'WorkflowCompensated');
  });

  test('nothing when it is told to fail only', () => {
    const failing = runsOf({ a: { compensate: true }, bad: {} }, { onFailure: 'fail' });
    failing
      .after(start(), failing.complete('a'))
      .when(failing.fail('bad'))
      .then([failing.failed('bad'), failing.stopped('failed', BOOM, { task: 'bad' }), failing.runFailed(BOOM)]);
  });

  test('nothing of what was skipped, or failed though it was optional', () => {
    const some = runsOf({
      skipped: { when: () => false, compensate: true },
      optional: { optional: true, compensate: true },
      bad: {},
    });
    some
      .after(start(), some.fail('optional'))
      .when(some.fail('bad'))
      .thenTypes('TaskFailed', 'WorkflowStopped', 'WorkflowCompensated');
  });

  test('and what comes later is not heard', () => {
    const run = after(...done, fail('bad'));
    run.when(complete('bad')).thenRefused('task.lease-lost');
    run.when(complete('never')).thenRefused('task.lease-lost');
    run.when(complete('~b')).thenRefused('task.lease-lost');
  });
});

describe('a compensation', () => {
  const { after, complete, completed, fail, failed, queued, begin, began, compensated, runFailed, ordinal } = runsOf({
    a: { compensate: { retry: sure, queueMs: 1_000, runMs: 500 } },
    b: { compensate: { retry: sure, queueMs: 1_000, runMs: 500 } },
    bad: {},
  });
  const undoingB = after(start(), complete('a'), complete('b'), fail('bad'));

  test('has retries of its own', () => {
    undoingB
      .when(fail('~b'), at(10))
      .then([failed('~b', { retryAt: 110 })])
      .when(fire(), at(110))
      .then([queued('~b', { attempt: 2, due: 1_110 })])
      .when(complete('~b', { attempt: 2 }), at(200))
      .then([completed('~b', { attempt: 2 }), queued('~a', { due: 1_200 })])
      .when(complete('~a'))
      .then([completed('~a'), compensated]);
  });

  test('has timeouts of its own', () => {
    const timedOut = (message: string) => ({ code: 'task.timed-out', message });
    undoingB
      .when(fire(), at(1_000))
      .then([failed('~b', { error: timedOut('no worker started it within 1000 ms'), retryAt: 1_100 })])
      .when(fire(), at(1_100))
      .then([queued('~b', { attempt: 2, due: 2_100 })])
      .when(begin('~b', { attempt: 2, startedAt: 1_200 }), at(1_200))
      .then([began('~b', { attempt: 2, startedAt: 1_200, due: 1_700 })])
      .when(complete('~b', { attempt: 2 }), at(1_300))
      .thenTypes('TaskCompleted', 'TaskQueued');
  });

  test('that fails for good fails the run, which names what was not undone, last completed first', () => {
    const last = error('still no');
    const run = undoingB
      .when(fail('~b', { error: { ...last, retryable: false } }))
      .then([failed('~b', { error: last }), runFailed(last, ['b', 'a'])]);
    expect(run.state.status).toBe('failed');
    expect(run.state.tasks[ordinal('b')]!.status).toBe('completed');
    run.when(fire(), at(1e9)).thenNothing();
  });

  test('names only what is left when it was not the first', () => {
    const last = error('still no');
    after(start(), complete('a'), complete('b'), fail('bad'), complete('~b'))
      .when(fail('~a', { error: { ...last, retryable: false } }))
      .then([failed('~a', { error: last }), runFailed(last, ['a'])]);
  });

  test('is repeated without effect, like any report', () => {
    const { state } = undoingB;
    expect(state.tasks[ordinal('~b')]!.status).toBe('queued');
    undoingB
      .when(complete('~b', { lease: 'L' }))
      .thenTypes('TaskCompleted', 'TaskQueued')
      .when(complete('~b', { lease: 'L' }))
      .thenNothing()
      .when(complete('b'))
      .thenNothing();
  });
});

describe('a compensation that the engine performs', () => {
  test('and that cannot begin fails the run, and leaves its task completed', () => {
    const { after, complete, fail, failed, stopped, undoing, runFailed, ordinal } = runsOf({
      a: { compensate: { type: 'sleep', input: 'for a while' } },
      bad: {},
    });
    const invalid = { code: 'sleep.invalid', message: expect.stringContaining('sleep') as unknown as string };
    const run = after(start(), complete('a'))
      .when(fail('bad'))
      .then([
        failed('bad'),
        stopped('failed', BOOM, { task: 'bad' }),
        undoing,
        failed('~a', { error: invalid }),
        runFailed(invalid, ['a']),
      ]);
    expect(run.state.tasks[ordinal('a')]!.status).toBe('completed');
  });
});
