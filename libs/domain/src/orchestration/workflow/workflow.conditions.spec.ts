import { describe, expect, test } from '@jest/globals';
import { ExpressionFailed } from '../../kernel/expression.js';
import type { Json } from '../../kernel/json.js';
import { at, error, fire, runsOf, start } from '../testing/run-words.js';

const failing = () => {
  throw new ExpressionFailed('expression.failed', 'input has no key "n"');
};
const EXPRESSION_FAILED = { code: 'expression.failed', message: 'input has no key "n"' };

describe('the condition of a task', () => {
  const reading = runsOf({ a: { when: ({ input }) => input }, b: { after: ['a'] } });

  test('lets it begin when it is true', () => {
    reading.nothing.when(start(true)).then([reading.started(true), reading.queued('a')]);
  });

  test('skips it when it is false, and what depends on it goes on', () => {
    reading.nothing.when(start(false)).then([reading.started(false), reading.skipped('a'), reading.queued('b')]);
  });

  test.each<Json>([null, 0, 1, '', 'true', [], {}, [true]])('fails it for good when it is %j', (value) => {
    const message = `\`when\` of "a" must be true or false, and is ${JSON.stringify(value)}`;
    const notBoolean = { code: 'expression.not-boolean', message };
    reading.nothing
      .when(start(value))
      .then([
        reading.started(value),
        reading.failed('a', { error: notBoolean }),
        reading.stopped('failed', notBoolean, { task: 'a' }),
        reading.runFailed(notBoolean),
      ]);
  });

  test('is told in a few words when it is neither and long', () => {
    const { error: told } = reading.after(start('x'.repeat(100_000))).state.tasks[0]!;
    expect(told!.message.length).toBeLessThan(200);
  });

  test('fails it for good when it cannot be evaluated, whatever its policy', () => {
    const { nothing, started, failed, stopped, runFailed } = runsOf({ a: { when: failing, retry: 5 } });
    nothing
      .when(start())
      .then([
        started(),
        failed('a', { error: EXPRESSION_FAILED }),
        stopped('failed', EXPRESSION_FAILED, { task: 'a' }),
        runFailed(EXPRESSION_FAILED),
      ]);
  });

  test('is a bug and no failure when it breaks in any other way', () => {
    const { nothing } = runsOf({
      a: {
        when: () => {
          throw new TypeError('a bug');
        },
      },
    });
    expect(() => nothing.when(start()).thenNothing()).toThrow(TypeError);
  });

  test('is asked when the task is ready, with what was done by then', () => {
    const { after, completed, complete, skipped, done } = runsOf({
      a: {},
      b: { after: ['a'], when: ({ tasks }) => tasks['a']!.output },
    });
    after(start())
      .when(complete('a', { output: false }))
      .then([completed('a', { output: false }), skipped('b'), done()]);
  });
});

describe('a skipped task', () => {
  test('counts as done, with null for its output', () => {
    const { nothing, started, skipped, done } = runsOf(
      { a: { when: () => false }, b: { after: ['a'], when: ({ tasks }) => tasks['a']!.output !== null } },
      { output: ({ tasks }) => [tasks['a']!.output, tasks['b']!.output] },
    );
    nothing.when(start()).then([started(), skipped('a'), skipped('b'), done([null, null])]);
  });

  test('lets a join go on when it was the last', () => {
    const { after, complete, completed, skipped, queued } = runsOf({
      a: {},
      b: { after: ['a'], when: () => false },
      c: { after: ['a'] },
      join: { after: ['b', 'c'] },
    });
    after(start())
      .when(complete('a'))
      .then([completed('a'), skipped('b'), queued('c')])
      .when(complete('c'))
      .then([completed('c'), queued('join')]);
  });
});

describe('the final failure of an optional task', () => {
  const { after, fail, failed, queued, complete, done } = runsOf(
    { a: { optional: true, retry: 2 }, b: { after: ['a'] } },
    { output: ({ tasks }) => tasks['a']!.output },
  );

  test('counts as skipped for what depends on it', () => {
    after(start(), fail('a'), [fire(), at(1_000)])
      .when(fail('a', { attempt: 2 }))
      .then([failed('a', { attempt: 2 }), queued('b')])
      .when(complete('b'))
      .thenTypes('TaskCompleted', 'WorkflowCompleted');
  });

  test('leaves null for its output', () => {
    const both = after(start(), fail('a', { error: { ...error('boom'), retryable: false } }), complete('b'));
    expect(both.events.at(-1)).toEqual(done(null));
  });

  test('does not fail the run when it is the last to end', () => {
    const last = runsOf({ a: { optional: true } }, { output: ({ tasks }) => tasks['a']!.output });
    last
      .after(start())
      .when(last.fail('a'))
      .then([last.failed('a'), last.done(null)]);
  });

  test('may be that of its condition', () => {
    const odd = runsOf({ a: { optional: true, when: failing }, b: { after: ['a'] } });
    odd.nothing.when(start()).then([odd.started(), odd.failed('a', { error: EXPRESSION_FAILED }), odd.queued('b')]);
  });
});

describe('nothing begins after a failure', () => {
  test('that was found among the tasks that became ready with it', () => {
    const { nothing, started, queued, failed, stopped } = runsOf({ a: {}, b: { when: failing }, c: {} });
    nothing
      .when(start())
      .then([
        started(),
        queued('a'),
        failed('b', { error: EXPRESSION_FAILED }),
        stopped('failed', EXPRESSION_FAILED, { task: 'b' }),
      ]);
  });

  test('that was found behind another task that ended in the same decision', () => {
    const { nothing } = runsOf({
      a: { type: 'noop' },
      b: { type: 'noop' },
      x: { after: ['a'], when: failing },
      y: { after: ['b'] },
    });
    nothing
      .when(start())
      .thenTypes(
        'WorkflowStarted',
        'TaskCompleted',
        'TaskCompleted',
        'TaskFailed',
        'WorkflowStopped',
        'WorkflowFailed',
      );
  });
});

describe('an output of the run that cannot be evaluated', () => {
  test('fails the run, which then undoes what was done', () => {
    const { after, complete, completed, stopped, undoing, queued } = runsOf(
      { a: { compensate: true } },
      { output: failing },
    );
    after(start())
      .when(complete('a'))
      .then([completed('a'), stopped('failed', EXPRESSION_FAILED), undoing, queued('~a')]);
  });

  test('fails the run at once where nothing is undone', () => {
    const { after, complete, completed, stopped, runFailed } = runsOf({ a: {} }, { output: failing });
    after(start())
      .when(complete('a'))
      .then([completed('a'), stopped('failed', EXPRESSION_FAILED), runFailed(EXPRESSION_FAILED)]);
  });
});
