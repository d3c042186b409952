import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../definition/limits.js';
import { at, cancel, error, fire, retry, runsOf, start } from '../testing/run-words.js';

const once = runsOf({ a: {} });
const often = runsOf({ a: { retry: 3 }, b: { after: ['a'] } });

describe('a start', () => {
  const { after, begin, began, complete } = runsOf({ a: { runMs: 100 } });

  test('is recorded with who began it and when', () => {
    after(start())
      .when(begin('a', { startedAt: 30, worker: 'w1' }), at(50))
      .then([began('a', { startedAt: 30, worker: 'w1', due: 130 })]);
  });

  test('is recorded once', () => {
    after(start(), begin('a'))
      .when(begin('a', { startedAt: 9 }))
      .thenNothing();
  });

  test('is refused when the attempt is over, or is another one', () => {
    after(start(), complete('a')).when(begin('a')).thenRefused('task.lease-lost');
    after(start())
      .when(begin('a', { attempt: 2 }))
      .thenRefused('task.lease-lost');
  });
});

describe('a completion', () => {
  const { after, begin, began, complete, completed, done } = once;

  test('of an attempt that nobody said was started tells that with it', () => {
    after(start())
      .when(complete('a', { startedAt: 40, worker: 'w1', lease: 'L', output: 1 }), at(60))
      .then([began('a', { startedAt: 40, worker: 'w1' }), completed('a', { output: 1, lease: 'L' }), done()]);
  });

  test('of a started attempt does not start it again', () => {
    after(start(), begin('a'))
      .when(complete('a', { startedAt: 40 }))
      .then([completed('a'), done()]);
  });

  test('may leave the start out', () => {
    after(start())
      .when(complete('a', { output: { n: 1 } }))
      .then([completed('a', { output: { n: 1 } }), done()]);
  });

  test('that comes again by the same lease is no change', () => {
    after(start(), complete('a', { lease: 'L', output: 1 }))
      .when(complete('a', { lease: 'L', output: 1 }))
      .thenNothing();
    after(start(), complete('a')).when(complete('a')).thenNothing();
  });

  test('is refused when another one was first', () => {
    const run = after(start(), complete('a', { lease: 'L' }));
    run.when(complete('a', { lease: 'M' })).thenRefused('task.lease-lost');
    run.when(complete('a')).thenRefused('task.lease-lost');
  });

  test('is refused when the attempt failed before, also by the same lease', () => {
    often
      .after(start(), often.fail('a', { lease: 'L' }))
      .when(often.complete('a', { lease: 'L' }))
      .thenRefused('task.lease-lost');
  });

  test('is refused when another attempt is under way', () => {
    const run = often.after(start(), often.fail('a', { lease: 'L' }), [fire(), at(9_999)]);
    run.when(often.complete('a', { attempt: 1, lease: 'L' })).thenRefused('task.lease-lost');
    run.when(often.complete('a', { attempt: 3, lease: 'L' })).thenRefused('task.lease-lost');
    run.when(often.complete('a', { attempt: 2, lease: 'M' })).thenTypes('TaskCompleted', 'TaskQueued');
  });

  test('is refused when the task has not begun, or never will', () => {
    often.after(start()).when(often.complete('b')).thenRefused('task.lease-lost');
    const skipped = runsOf({ a: { when: () => false }, b: {} });
    skipped.after(start()).when(skipped.complete('a')).thenRefused('task.lease-lost');
    skipped
      .after(start())
      .when(skipped.complete('a', { attempt: 0 }))
      .thenRefused('task.lease-lost');
  });

  test('is heard again after the run was retried by hand, as the same one it was', () => {
    const two = runsOf({ a: {}, b: {} });
    two
      .after(start(), two.complete('a', { lease: 'L' }), two.fail('b'), retry())
      .when(two.complete('a', { lease: 'L' }))
      .thenNothing();
  });
});

describe('a failure', () => {
  const { after, fail, failed, complete } = often;

  test('names the lease by which it was told', () => {
    after(start())
      .when(fail('a', { lease: 'L' }))
      .then([failed('a', { lease: 'L', retryAt: 750 })]);
  });

  test('that comes again by the same lease is no change: while it waits, after the end, and when it was cancelled', () => {
    after(start(), fail('a', { lease: 'L' }))
      .when(fail('a', { lease: 'L' }))
      .thenNothing();
    once
      .after(start(), once.fail('a', { lease: 'L' }))
      .when(once.fail('a', { lease: 'L' }))
      .thenNothing();
    after(start(), fail('a', { lease: 'L' }), cancel())
      .when(fail('a', { lease: 'L' }))
      .thenNothing();
  });

  test('is refused when another one was first, or the attempt completed', () => {
    after(start(), fail('a', { lease: 'L' }))
      .when(fail('a', { lease: 'M' }))
      .thenRefused('task.lease-lost');
    after(start(), complete('a', { lease: 'L' }))
      .when(fail('a', { lease: 'L' }))
      .thenRefused('task.lease-lost');
  });

  test('is refused when another attempt is under way', () => {
    after(start(), fail('a', { lease: 'L' }), [fire(), at(9_999)])
      .when(fail('a', { attempt: 1, lease: 'L' }))
      .thenRefused('task.lease-lost');
  });

  test('is refused when the attempt was withdrawn, also where an earlier one failed by the same words', () => {
    const { withdraw, ...two } = runsOf({ a: { retry: 3 }, b: {} });
    two
      .after(start(), two.fail('a'), [fire(), at(9_999)], two.fail('b'), withdraw('a', { attempt: 2 }))
      .when(two.fail('a', { attempt: 2 }))
      .thenRefused('task.lease-lost');
  });
});

describe('an output over its limit', () => {
  const tooLarge = (message: string) => ({
    code: 'output.too-large',
    message: expect.stringContaining(message) as unknown as string,
  });

  test('fails the attempt for good, however often it may be tried', () => {
    const { after, complete, began, failed, stopped } = often;
    const large = 'x'.repeat(LIMITS.payloadBytes);
    const why = tooLarge('payloadBytes');
    after(start())
      .when(complete('a', { output: large, lease: 'L', startedAt: 5 }))
      .then([
        began('a', { startedAt: 5 }),
        failed('a', { error: why, lease: 'L' }),
        stopped('failed', why, { task: 'a' }),
        often.runFailed(why),
      ])
      .when(complete('a', { output: large, lease: 'L' }))
      .thenNothing()
      .when(complete('a', { output: large, lease: 'M' }))
      .thenRefused('task.lease-lost');
  });

  test('may be as large as the limit says', () => {
    const { after, complete } = once;
    after(start())
      .when(complete('a', { output: 'x'.repeat(LIMITS.payloadBytes - 2) }))
      .thenTypes('TaskCompleted', 'WorkflowCompleted');
  });

  const full = LIMITS.outputsBytes / LIMITS.payloadBytes;
  const largest = 'x'.repeat(LIMITS.payloadBytes - 2);
  const kept = Object.fromEntries(
    Array.from({ length: full }, (_, n) => [`kept${n}`, { type: 'noop', input: largest }]),
  );

  test('counts what the run has kept so far', () => {
    const { after, complete, failed, stopped, runFailed } = runsOf({ ...kept, a: {} });
    const why = tooLarge('outputsBytes; 0 left');
    after(start())
      .when(complete('a', { output: largest }))
      .then([failed('a', { error: why }), stopped('failed', why, { task: 'a' }), runFailed(why)]);
  });

  test('keeps nothing of what undoes a task, so that a full run can still be undone', () => {
    const { after, complete, fail } = runsOf({ ...kept, kept0: { ...kept['kept0'], compensate: true }, b: {} });
    after(start(), fail('b'))
      .when(complete('~kept0', { output: 'undone' }))
      .thenTypes('TaskCompleted', 'WorkflowCompensated');
  });
});

describe('a report', () => {
  test('is refused when there is no such run', () => {
    once.nothing.when(once.complete('a')).thenRefused('workflow.not-found');
    once.nothing.when(once.fail('a', { error: error('boom') })).thenRefused('workflow.not-found');
    once.nothing.when(once.begin('a')).thenRefused('workflow.not-found');
    once.nothing.when(once.withdraw('a')).thenRefused('workflow.not-found');
  });

  test('is refused when the run has no such task', () => {
    const begun = once.after(start());
    for (const report of [once.complete('a'), once.fail('a'), once.begin('a'), once.withdraw('a')]) {
      const astray = { ...report, data: { ...report.data, task: 7 } } as typeof report;
      begun.when(astray).thenRefused('task.not-found');
    }
  });
});
