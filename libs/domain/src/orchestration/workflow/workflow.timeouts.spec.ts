import { describe, expect, test } from '@jest/globals';
import { at, error, fire, pause, runsOf, start } from '../testing/run-words.js';
import { nextDue } from './workflow.state.js';

const timedOut = (message: string) => ({ code: 'task.timed-out', message });
const UNSTARTED = timedOut('no worker started it within 300 ms');
const UNENDED = timedOut('the attempt did not end within 200 ms');

describe('the queue timeout', () => {
  const { nothing, after, started, queued, failed, began, begin, stopped, runFailed } = runsOf({
    a: {
      queueMs: 300,
      retry: { maxAttempts: 2, backoff: { initialMs: 100, multiplier: 2, maxMs: 100, jitter: 'none' } },
    },
  });

  test('fails an attempt that nobody has started, and counts for each anew', () => {
    nothing
      .when(start())
      .then([started(), queued('a', { due: 300 })])
      .when(fire(), at(299))
      .thenNothing()
      .when(fire(), at(300))
      .then([failed('a', { error: UNSTARTED, retryAt: 400 })])
      .when(fire(), at(400))
      .then([queued('a', { attempt: 2, due: 700 })])
      .when(fire(), at(700))
      .then([
        failed('a', { attempt: 2, error: UNSTARTED }),
        stopped('failed', UNSTARTED, { task: 'a' }),
        runFailed(UNSTARTED),
      ]);
  });

  test('is over when a worker has started it', () => {
    after(start())
      .when(begin('a', { startedAt: 290 }), at(299))
      .then([began('a', { startedAt: 290 })])
      .when(fire(), at(10_000))
      .thenNothing();
  });
});

describe('the run timeout of an attempt', () => {
  const { after, begin, began, failed, stopped, runFailed, complete } = runsOf({ a: { runMs: 200 } });

  test('counts from its start, as its worker tells it', () => {
    after(start())
      .when(begin('a', { startedAt: 50, worker: 'w1' }), at(120))
      .then([began('a', { startedAt: 50, worker: 'w1', due: 250 })])
      .when(fire(), at(249))
      .thenNothing()
      .when(fire(), at(250))
      .then([failed('a', { error: UNENDED }), stopped('failed', UNENDED, { task: 'a' }), runFailed(UNENDED)]);
  });

  test('makes a later report of it come too late', () => {
    after(start(), begin('a'), [fire(), at(200)])
      .when(complete('a', { lease: 'L' }))
      .thenRefused('task.lease-lost');
  });
});

describe('the heartbeat timeout', () => {
  test('is told by the owner as a failure: retried and counted like any other', () => {
    const { after, begin, fail, failed } = runsOf({ a: { heartbeatMs: 50, retry: 2 } });
    const silent = timedOut('no heartbeat for 50 ms');
    after(start(), begin('a'))
      .when(fail('a', { error: silent }), at(60))
      .then([failed('a', { error: silent, retryAt: 810 })]);
  });
});

describe('the timeout of the whole run', () => {
  const late = { code: 'workflow.timed-out', message: 'the run did not end within 1000 ms' };

  test('is a failure of the run: what was done is undone', () => {
    const { nothing, after, started, queued, complete, stopped, undoing } = runsOf(
      { a: { compensate: true }, b: { after: ['a'], type: 'sleep', input: { duration: '1h' } } },
      { timeoutMs: 1_000 },
    );
    nothing.when(start()).then([started(), queued('a')]);
    const run = after(start(), complete('a'))
      .when(fire(), at(1_000))
      .then([stopped('timed-out', late), undoing, queued('~a')]);
    expect(run.state.tasks[1]!.status).toBe('cancelled');
    expect(nextDue(run.state)).toBeUndefined();
  });

  test('waits for what may be in a worker’s hands, and tries nothing again', () => {
    const { after, begin, fail, failed, stopped, runFailed, withdraw, withdrawn } = runsOf(
      { a: { retry: 5 }, b: {} },
      { timeoutMs: 1_000 },
    );
    after(start(), begin('a'))
      .when(fire(), at(1_500))
      .then([stopped('timed-out', late)])
      .when(fail('a'), at(2_000))
      .then([failed('a')])
      .when(withdraw('b'), at(2_000))
      .then([withdrawn('b'), runFailed(late)]);
  });

  test('is over with the run', () => {
    const { after, complete, fail } = runsOf({ a: { compensate: true }, b: {} }, { timeoutMs: 1_000 });
    expect(nextDue(after(start(), complete('a'), complete('b')).state)).toBeUndefined();
    const undoing = after(start(), complete('a'), fail('b'));
    expect(undoing.state.status).toBe('compensating');
    undoing.when(fire(), at(5_000)).thenNothing();
  });
});

describe('timers', () => {
  const tried = { maxAttempts: 2, backoff: { initialMs: 100, multiplier: 1, maxMs: 100, jitter: 'none' } } as const;

  test('that are due together fire together, earliest first', () => {
    const { after, fail, queued, completed, begin, failed } = runsOf({
      a: { runMs: 300, retry: tried },
      b: { retry: tried },
      c: { type: 'sleep', input: { duration: '150ms' } },
      d: { retry: tried },
    });
    after(start(), begin('a'), fail('b'), [fail('d'), at(-50)])
      .when(fire(), at(1_000))
      .then([
        queued('d', { attempt: 2 }),
        queued('b', { attempt: 2 }),
        completed('c'),
        failed('a', { error: timedOut('the attempt did not end within 300 ms'), retryAt: 1_100 }),
      ])
      .when(fire(), at(1_000))
      .thenNothing();
  });

  test('that are due after a failure in the same moment find the run stopped', () => {
    const { after, begin, fail, failed, stopped, runFailed } = runsOf({
      a: { runMs: 200 },
      b: { runMs: 201, retry: tried },
      c: { type: 'sleep', input: { duration: '210ms' } },
      d: { retry: { ...tried, backoff: { ...tried.backoff, initialMs: 220, maxMs: 220 } } },
    });
    const other = timedOut('the attempt did not end within 201 ms');
    const run = after(start(), begin('a'), begin('b'), fail('d'))
      .when(fire(), at(1_000))
      .then([
        failed('a', { error: UNENDED }),
        failed('b', { error: other }),
        stopped('failed', UNENDED, { task: 'a' }),
        runFailed(UNENDED),
      ]);
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['failed', 'failed', 'cancelled', 'cancelled']);
  });

  test('leave a queued attempt to its owner when another one stops the run in the same moment', () => {
    const { after, begin, failed, stopped, withdraw, withdrawn, runFailed } = runsOf({
      a: { runMs: 200 },
      b: { queueMs: 250 },
    });
    after(start(), begin('a'))
      .when(fire(), at(1_000))
      .then([failed('a', { error: UNENDED }), stopped('failed', UNENDED, { task: 'a' })])
      .when(fire(), at(2_000))
      .thenNothing()
      .when(withdraw('b'))
      .then([withdrawn('b'), runFailed(UNENDED)]);
  });

  test('of the whole run come before those of its tasks, also when they were due earlier', () => {
    const { after, begin, fail, stopped, failed } = runsOf(
      { a: { runMs: 200, retry: tried }, b: { retry: tried }, c: {} },
      { timeoutMs: 500 },
    );
    const late = { code: 'workflow.timed-out', message: 'the run did not end within 500 ms' };
    const run = after(start(), begin('a'), fail('b'))
      .when(fire(), at(1_000))
      .then([stopped('timed-out', late), failed('a', { error: UNENDED })]);
    expect(run.state.tasks.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'queued']);
  });

  test('fire nothing where nothing is due: before the run, in one that waits for no time, and after its end', () => {
    const { nothing, after, complete } = runsOf({ a: {} });
    nothing.when(fire()).thenNothing();
    after(start()).when(fire(), at(1e9)).thenNothing();
    after(start(), complete('a')).when(fire(), at(1e9)).thenNothing();
  });

  test('are passed over when a pause froze what they were set for, even if that waits for the same moment', () => {
    const { after, begin, fail } = runsOf({ a: { runMs: 100, retry: tried } });
    const run = after(start(), begin('a'), [pause(), at(0)], [fail('a', { error: error('boom') }), at(50)]);
    expect(run.state.tasks[0]).toMatchObject({ status: 'waiting', due: at(100).now });
    run.when(fire(), at(100)).thenNothing();
  });
});
