import { describe, expect, test } from '@jest/globals';
import { at, cancel, error, fire, pause, resume, retry, runsOf, start } from '../testing/run-words.js';
import { nextDue } from './workflow.state.js';

const CANCELLED = { code: 'workflow.cancelled', message: 'the run was cancelled' };

describe('cancelling a run', () => {
  const { after, complete, completed, begin, stopped, undoing, queued, cancelled, withdraw, withdrawn, fail, failed } =
    runsOf({ a: { compensate: true }, b: { after: ['a'], retry: 3 }, c: { after: ['b'] } }, { timeoutMs: 1_000 });
  const running = after(start(), complete('a'), begin('b'));

  test('waits for what is in a worker’s hands, undoes what was done, and ends cancelled', () => {
    const run = running
      .when(cancel({ reason: 'a mistake' }))
      .then([stopped('cancelled', { code: 'workflow.cancelled', message: 'a mistake' })])
      .when(complete('b'))
      .then([completed('b'), undoing, queued('~a')])
      .when(complete('~a'))
      .then([completed('~a'), cancelled]);
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['compensated', 'completed', 'cancelled', 'completed']);
  });

  test('undoes nothing when it is asked not to', () => {
    running
      .when(cancel({ compensate: false }))
      .then([stopped('cancelled', CANCELLED, { compensate: false })])
      .when(complete('b'))
      .then([completed('b'), cancelled]);
  });

  test('undoes also where a failure would not', () => {
    const failing = runsOf({ a: { compensate: true }, b: { after: ['a'] } }, { onFailure: 'fail' });
    failing
      .after(start(), failing.complete('a'), failing.begin('b'))
      .when(cancel())
      .then([failing.stopped('cancelled', CANCELLED, { compensate: true })]);
  });

  test('ends at once when nothing was done and nothing is in anybody’s hands', () => {
    const sleeper = runsOf({ a: { type: 'sleep', input: { duration: '1h' } } });
    sleeper
      .after(start())
      .when(cancel())
      .then([sleeper.stopped('cancelled', CANCELLED, { compensate: true }), sleeper.cancelled]);
  });

  test('lets no attempt follow one that fails afterwards', () => {
    after(start(), complete('a'), begin('b'), cancel())
      .when(fail('b'))
      .then([failed('b'), undoing, queued('~a')]);
  });

  test('waits until its owner withdraws what was never handed out', () => {
    after(start())
      .when(cancel())
      .then([stopped('cancelled', CANCELLED)])
      .when(withdraw('a'))
      .then([withdrawn('a'), cancelled]);
  });

  test('ends the time of the whole run', () => {
    const { state } = after(start(), complete('a'), begin('b'), cancel());
    expect(nextDue(state)).toBeUndefined();
  });

  test('again is no change: under way, while it undoes, and when it has ended', () => {
    const once = after(start(), complete('a'), begin('b'), cancel());
    once.when(cancel({ compensate: false })).thenNothing();
    const undone = after(start(), complete('a'), begin('b'), cancel(), complete('b'));
    undone.when(cancel()).thenNothing();
    after(start(), complete('a'), begin('b'), cancel(), complete('b'), complete('~a')).when(cancel()).thenNothing();
  });

  test('is refused while the run is failing: that has its own end', () => {
    const two = runsOf({ a: { compensate: true }, b: {}, c: {} });
    two.after(start(), two.fail('b')).when(cancel()).thenRefused('workflow.stopping');
    const undoingA = two.after(start(), two.complete('a'), two.complete('c'), two.fail('b'));
    expect(undoingA.state.status).toBe('compensating');
    undoingA.when(cancel()).thenRefused('workflow.stopping');
  });

  test('is refused when the run has ended in any other way', () => {
    const short = runsOf({ a: {} });
    short.after(start(), short.complete('a')).when(cancel()).thenRefused('workflow.ended');
    short.after(start(), short.fail('a')).when(cancel()).thenRefused('workflow.ended');
    const saga = runsOf({ a: { compensate: true }, b: {} });
    saga.after(start(), saga.fail('a'), saga.fail('b')).when(cancel()).thenRefused('workflow.ended');
  });

  test('is refused when there is no run', () => {
    runsOf({ a: {} }).nothing.when(cancel()).thenRefused('workflow.not-found');
  });
});

describe('cancelling a paused run', () => {
  const { after, complete, completed, begin, stopped, undoing, queued, cancelled } = runsOf({
    a: { compensate: true },
    b: { after: ['a'], queueMs: 500, runMs: 300 },
    nap: { type: 'sleep', input: { duration: '1s' } },
  });

  test('ends the pause', () => {
    const run = after(start(), complete('a'), begin('b'), [pause(), at(50)])
      .when(cancel(), at(60))
      .then([stopped('cancelled', CANCELLED)]);
    expect(run.state).toMatchObject({ status: 'running', pausedAt: null, statusBefore: null });
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['completed', 'running', 'cancelled', 'pending']);
    run
      .when(complete('b'))
      .then([completed('b'), undoing, queued('~a')])
      .when(complete('~a'))
      .then([completed('~a'), cancelled]);
  });

  test('lets the time of what runs go on, and of nothing else', () => {
    const run = after(start(), complete('a'), begin('b'), pause(), cancel());
    expect(nextDue(run.state)).toBe(at(300).now);
    const queuedOnly = after(start(), complete('a'), pause(), cancel());
    expect(nextDue(queuedOnly.state)).toBeUndefined();
  });

  test('undoes at once what can be undone', () => {
    const one = runsOf({ a: { compensate: true }, b: { after: ['a'], type: 'sleep', input: { duration: '1s' } } });
    one
      .after(start(), one.complete('a'), pause())
      .when(cancel())
      .then([one.stopped('cancelled', CANCELLED), one.undoing, one.queued('~a')]);
  });
});

describe('a cancelled run whose compensation failed', () => {
  const { after, complete, fail, failed, runFailed, retried, queued, completed, cancelled } = runsOf({
    a: { compensate: true },
    nap: { type: 'sleep', input: { duration: '1s' } },
  });

  test('is failed, and once it is undone after all it is cancelled', () => {
    after(start(), complete('a'), cancel())
      .when(fail('~a'))
      .then([failed('~a'), runFailed(error('boom'), ['a'])])
      .when(cancel())
      .thenRefused('workflow.ended')
      .when(retry())
      .then([retried('compensating'), queued('~a', { attempt: 2 })])
      .when(cancel())
      .thenNothing()
      .when(complete('~a', { attempt: 2 }))
      .then([completed('~a', { attempt: 2 }), cancelled])
      .when(resume())
      .thenRefused('workflow.ended')
      .when(fire(), at(1e9))
      .thenNothing();
  });
});
