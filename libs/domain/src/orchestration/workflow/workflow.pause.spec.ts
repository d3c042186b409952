import { describe, expect, test } from '@jest/globals';
import { at, error, fire, pause, resume, runsOf, start } from '../testing/run-words.js';
import { nextDue } from './workflow.state.js';

const BOOM = error('boom');
const tried = { maxAttempts: 3, backoff: { initialMs: 100, multiplier: 1, maxMs: 100, jitter: 'none' } } as const;

describe('a paused run', () => {
  const { after, complete, completed, begin, began, fail, failed, paused, resumed, queued, done, skipped } = runsOf({
    a: { retry: tried },
    b: { after: ['a'] },
    c: { after: ['a'], when: () => false },
  });

  test('records what its workers complete, and holds what would follow until it is resumed', () => {
    after(start())
      .when(pause(), at(10))
      .then([paused(10)])
      .when(begin('a', { startedAt: 20 }), at(20))
      .then([began('a', { startedAt: 20 })])
      .when(complete('a'), at(30))
      .then([completed('a')])
      .when(fire(), at(40))
      .thenNothing()
      .when(resume(), at(50))
      .then([resumed(50), queued('b'), skipped('c')]);
  });

  test('completes when it is resumed, if all was done by then', () => {
    after(start(), complete('a'), pause())
      .when(complete('b'))
      .then([completed('b')])
      .when(resume(), at(9))
      .then([resumed(9), done()]);
  });

  test('hands nothing new out: an attempt that failed meanwhile waits as long again after it', () => {
    after(start(), [pause(), at(1_000)])
      .when(fail('a'), at(5_000))
      .then([failed('a', { retryAt: 1_100 })])
      .when(fire(), at(6_000))
      .thenNothing()
      .when(resume(), at(7_000))
      .then([resumed(7_000)])
      .when(fire(), at(7_099))
      .thenNothing()
      .when(fire(), at(7_100))
      .then([queued('a', { attempt: 2 })]);
  });

  test('is paused once', () => {
    after(start(), pause()).when(pause(), at(5)).thenNothing();
  });

  test('is resumed once, and resuming a run that goes on is no change', () => {
    after(start()).when(resume()).thenNothing();
    after(start(), pause(), resume()).when(resume()).thenNothing();
  });
});

describe('a pause freezes', () => {
  const thaws = (run: ReturnType<ReturnType<typeof runsOf>['after']>, due: number) => {
    expect(nextDue(run.state)).toBeUndefined();
    const resumedRun = run.when(resume(), at(1_000_000)).thenTypes('WorkflowResumed');
    expect(nextDue(resumedRun.state)).toBe(at(1_000_000 + due).now);
  };

  test('the wait for the next attempt', () => {
    const { after, fail } = runsOf({ a: { retry: tried } });
    thaws(after(start(), fail('a'), [pause(), at(40)]), 60);
  });

  test('the queue timeout', () => {
    const { after } = runsOf({ a: { queueMs: 100 } });
    thaws(after(start(), [pause(), at(30)]), 70);
  });

  test('a sleep, also one until a fixed time', () => {
    const { after } = runsOf({ a: { type: 'sleep', input: ({ input }) => input } });
    thaws(after(start({ duration: '100ms' }), [pause(), at(20)]), 80);
    thaws(after(start({ until: '2023-11-14T22:13:21Z' }), [pause(), at(20)]), 980);
  });

  test('the time of the whole run', () => {
    const { after } = runsOf({ a: {} }, { timeoutMs: 100 });
    thaws(after(start(), [pause(), at(10)]), 90);
  });

  test('not the time of an attempt under way, whose end is recorded', () => {
    const { after, begin, failed } = runsOf({ a: { runMs: 100, retry: tried } });
    const run = after(start(), begin('a'), [pause(), at(10)]);
    expect(nextDue(run.state)).toBe(at(100).now);
    const message = 'the attempt did not end within 100 ms';
    run.when(fire(), at(100)).then([failed('a', { error: { code: 'task.timed-out', message }, retryAt: 110 })]);
    expect(nextDue(after(start(), begin('a'), [pause(), at(10)], [resume(), at(50)]).state)).toBe(at(100).now);
  });

  test('and brings nothing forward when the clock was set back meanwhile', () => {
    const { after } = runsOf({ a: { queueMs: 100 } });
    expect(nextDue(after(start(), [pause(), at(30)], [resume(), at(-5_000)]).state)).toBe(at(100).now);
  });

  test('as often as there is one', () => {
    const { after } = runsOf({ a: { queueMs: 100 } });
    const twice = after(start(), [pause(), at(10)], [resume(), at(20)], [pause(), at(30)], [resume(), at(50)]);
    expect(nextDue(twice.state)).toBe(at(130).now);
  });
});

describe('a failure in a paused run', () => {
  const { after, fail, failed, stopped, resumed, complete, undoing, queued, compensated, completed, begin } = runsOf({
    a: { compensate: true },
    b: {},
    c: {},
  });

  test('stops it at once, and what was done is undone when it is resumed', () => {
    const run = after(start(), complete('a'), complete('c'), pause())
      .when(fail('b'))
      .then([failed('b'), stopped('failed', BOOM, { task: 'b' })]);
    expect(run.state.status).toBe('paused');
    run
      .when(resume(), at(10))
      .then([resumed(10), undoing, queued('~a')])
      .when(complete('~a'))
      .then([completed('~a'), compensated]);
  });

  test('still waits for what is in a worker’s hands when it is resumed', () => {
    after(start(), complete('a'), begin('c'), pause(), fail('b'))
      .when(resume(), at(10))
      .then([resumed(10)])
      .when(complete('c'))
      .then([completed('c'), undoing, queued('~a')]);
  });
});

describe('a run that undoes', () => {
  const { after, fail, failed, complete, completed, paused, resumed, queued, runFailed, compensated } = runsOf({
    a: { compensate: true },
    b: { compensate: { retry: tried, queueMs: 500 } },
    c: {},
  });
  const undoing = [start(), complete('a'), complete('b'), fail('c')];

  test('is paused and resumed like any other: the next compensation waits', () => {
    const run = after(...undoing)
      .when(pause(), at(10))
      .then([paused(10)])
      .when(complete('~b'))
      .then([completed('~b')]);
    expect(run.state).toMatchObject({ status: 'paused', statusBefore: 'compensating' });
    run
      .when(resume(), at(20))
      .then([resumed(20, 'compensating'), queued('~a')])
      .when(complete('~a'))
      .then([completed('~a'), compensated]);
  });

  test('ends when it is resumed, if its last compensation ended meanwhile', () => {
    after(...undoing, complete('~b'), pause(), complete('~a'))
      .when(resume(), at(20))
      .then([resumed(20, 'compensating'), compensated]);
    after(...undoing, pause(), fail('~b', { error: { ...BOOM, retryable: false } }))
      .when(resume(), at(20))
      .then([resumed(20, 'compensating'), runFailed(BOOM, ['b', 'a'])]);
  });

  test('keeps the time that its compensation had left', () => {
    const run = after(...undoing, [pause(), at(100)], [resume(), at(1_000)]);
    expect(nextDue(run.state)).toBe(at(1_400).now);
    after(...undoing, [pause(), at(100)])
      .when(fail('~b'), at(300))
      .then([failed('~b', { retryAt: 200 })])
      .when(resume(), at(1_000))
      .then([resumed(1_000, 'compensating')])
      .when(fire(), at(1_100))
      .then([queued('~b', { attempt: 2, due: 1_600 })]);
  });
});

describe('pausing and resuming are refused', () => {
  const { nothing, after, complete, fail } = runsOf({ a: {} });

  test('when the run has ended', () => {
    after(start(), complete('a'))
      .when(pause())
      .thenRefused('workflow.ended')
      .when(resume())
      .thenRefused('workflow.ended');
    after(start(), fail('a')).when(pause()).thenRefused('workflow.ended');
  });

  test('when there is no run', () => {
    nothing.when(pause()).thenRefused('workflow.not-found').when(resume()).thenRefused('workflow.not-found');
  });
});
