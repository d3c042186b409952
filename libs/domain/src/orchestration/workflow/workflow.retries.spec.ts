import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../definition/limits.js';
import { at, cancel, error, fire, runsOf, start } from '../testing/run-words.js';

const backoff = (jitter: 'equal' | 'full' | 'none') =>
  ({ maxAttempts: 3, backoff: { initialMs: 1_000, multiplier: 2, maxMs: 60_000, jitter } }) as const;

describe('a failed attempt', () => {
  const { after, fail, failed, queued, stopped, runFailed, complete, completed, done } = runsOf({
    a: { retry: { ...backoff('none'), nonRetryable: ['card.declined'] } },
  });

  test('is followed by another one when its backoff is over, until there were as many as may be', () => {
    after(start())
      .when(fail('a', { attempt: 1 }), at(100))
      .then([failed('a', { attempt: 1, retryAt: 1_100 })])
      .when(fire(), at(1_099))
      .thenNothing()
      .when(fire(), at(1_100))
      .then([queued('a', { attempt: 2 })])
      .when(fail('a', { attempt: 2 }), at(2_000))
      .then([failed('a', { attempt: 2, retryAt: 4_000 })])
      .when(fire(), at(4_500))
      .then([queued('a', { attempt: 3 })])
      .when(fail('a', { attempt: 3 }), at(5_000))
      .then([failed('a', { attempt: 3 }), stopped('failed', error('boom'), { task: 'a' }), runFailed(error('boom'))]);
  });

  test('is forgotten when a later one completes', () => {
    const run = after(start(), fail('a'), [fire(), at(1_000)])
      .when(complete('a', { attempt: 2 }))
      .then([completed('a', { attempt: 2 }), done()]);
    expect(run.state.tasks[0]).toMatchObject({ status: 'completed', attempt: 2, error: null });
  });

  test('is the last when its worker says that no further one can mend it', () => {
    after(start())
      .when(fail('a', { error: { ...error('boom'), retryable: false } }))
      .then([failed('a'), stopped('failed', error('boom'), { task: 'a' }), runFailed(error('boom'))]);
  });

  test('is the last when the definition says so of its code, whatever the worker says', () => {
    const declined = error('card.declined');
    after(start())
      .when(fail('a', { error: { ...declined, retryable: true } }))
      .then([failed('a', { error: declined }), stopped('failed', declined, { task: 'a' }), runFailed(declined)]);
  });

  test('keeps what its worker told of it, and nothing that it only asked for', () => {
    const told = { ...error('boom'), details: { at: 'step 3' } };
    after(start())
      .when(fail('a', { error: { ...told, retryable: true, retryAfterMs: 5 } }))
      .then([failed('a', { error: told, retryAt: 1_000 })]);
  });

  test('says when it began, if nothing did before', () => {
    const { began } = runsOf({ a: {} });
    after(start())
      .when(fail('a', { startedAt: 40, worker: 'w1' }), at(100))
      .then([began('a', { startedAt: 40, worker: 'w1' }), failed('a', { retryAt: 1_100 })]);
  });
});

describe('the wait between two attempts', () => {
  test.each([
    ['none', 0, 1_000],
    ['none', 0.999, 1_000],
    ['equal', 0, 500],
    ['equal', 0.5, 750],
    ['equal', 0.999, 1_000],
    ['full', 0, 0],
    ['full', 0.5, 500],
    ['full', 0.999, 999],
  ] as const)('with jitter %s, where %d is drawn, is %d ms', (jitter, random, wait) => {
    const { after, fail, failed } = runsOf({ a: { retry: backoff(jitter) } });
    after(start())
      .when(fail('a'), at(0, random))
      .then([failed('a', { retryAt: wait })]);
  });

  test.each([
    ['longer than the backoff', 5_000, 5_000],
    ['shorter than the backoff', 10, 750],
    ['in the past', -10, 750],
    ['a broken number of milliseconds', 1_000.5, 1_001],
    ['longer than anything may take', 1e300, LIMITS.durationMs],
  ])('that a worker asks for is kept to when it is %s', (_, retryAfterMs, wait) => {
    const { after, fail, failed } = runsOf({ a: { retry: backoff('equal') } });
    after(start())
      .when(fail('a', { error: { ...error('boom'), retryAfterMs } }))
      .then([failed('a', { retryAt: wait })]);
  });

  test('ends with the run: what was to be tried again is cancelled', () => {
    const { after, fail, cancelled, stopped } = runsOf({ a: { retry: 3 } });
    const run = after(start(), fail('a'))
      .when(cancel())
      .then([
        stopped('cancelled', { code: 'workflow.cancelled', message: 'the run was cancelled' }, { compensate: true }),
        cancelled,
      ]);
    expect(run.state.tasks[0]!.status).toBe('cancelled');
    run.when(fire(), at(100_000)).thenNothing();
  });
});
