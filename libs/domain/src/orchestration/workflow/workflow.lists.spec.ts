import { describe, expect, test } from '@jest/globals';
import { ExpressionFailed } from '../../kernel/expression.js';
import { LIMITS } from '../definition/limits.js';
import type { Template } from '../definition/plan.js';
import { at, cancel, error, fire, pause, resume, retry, runsOf, start } from '../testing/run-words.js';
import { outputOf, scopeFor } from './workflow.state.js';
import { taskAt } from '../definition/items.js';

const BOOM = error('boom');

describe('a task with a list', () => {
  const abc = runsOf({ a: { forEach: ['x', 'y', 'z'] }, b: { after: ['a'] } });
  const { after, complete, completed, expanded, queued, collected } = abc;

  test('becomes one for each item, and what depends on it begins when all are done', () => {
    abc.nothing
      .when(start())
      .then([abc.started(), expanded('a', ['x', 'y', 'z']), queued('a[0]'), queued('a[1]'), queued('a[2]')])
      .when(complete('a[2]', { output: 3 }))
      .then([completed('a[2]', { output: 3 })])
      .when(complete('a[0]', { output: 1 }))
      .then([completed('a[0]', { output: 1 })])
      .when(complete('a[1]', { output: 2 }))
      .then([completed('a[1]', { output: 2 }), collected('a'), queued('b')]);
  });

  test('has the outputs of its items as its own, in the order of the list', () => {
    const { state } = after(start(), complete('a[2]', { output: 3 }), complete('a[0]', { output: 1 }));
    const item = taskAt(abc.plan, abc.ordinal('a[2]'))!;
    expect([outputOf(abc.plan, state, item), state.outputs]).toEqual([3, {}]);
    const done = after(start(), complete('a[2]', { output: 3 }), complete('a[0]', { output: 1 }), complete('a[1]'));
    expect(done.state.outputs['a']).toEqual({ output: [1, null, 3] });
    expect(outputOf(abc.plan, done.state, item)).toBe(3);
    expect(done.state.tasks[0]).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('is done at once when the list is empty', () => {
    const none = runsOf({ a: { forEach: [] }, b: { after: ['a'] } });
    none.nothing.when(start()).then([none.started(), none.expanded('a', []), none.collected('a'), none.queued('b')]);
  });

  test('is begun within the decision by what the engine performs itself', () => {
    const noops = runsOf({ a: { type: 'noop', forEach: [1, 2], input: (scope) => [scope.item!, scope.index!] } });
    noops.nothing
      .when(start())
      .then([
        noops.started(),
        noops.expanded('a', [1, 2]),
        noops.completed('a[0]', { output: [1, 0] }),
        noops.completed('a[1]', { output: [2, 1] }),
        noops.collected('a'),
        noops.done(),
      ]);
  });

  test('is no task that anybody could report on', () => {
    after(start()).when(complete('a')).thenRefused('task.lease-lost');
    after(start()).when(complete('a[3]')).thenRefused('task.not-found');
    abc.nothing.when(complete('a[0]')).thenRefused('workflow.not-found');
  });

  test('reads its item, and what undoes that its own output', () => {
    const own = runsOf({ a: { forEach: ['x', 'y'], compensate: true }, b: { after: ['a'] } });
    const half = own.after(start(), own.complete('a[1]', { output: 'done' })).state;
    const scope = (name: string, state = half) => scopeFor(own.plan, taskAt(own.plan, own.ordinal(name))!, state);
    expect(scope('a[1]')).toMatchObject({ item: 'y', index: 1, tasks: {} });
    expect(scope('~a[1]')).toMatchObject({ item: 'y', index: 1, tasks: { a: { output: 'done' } } });
    const whole = own.after(start(), own.complete('a[1]', { output: 'done' }), own.complete('a[0]')).state;
    expect(scope('~a[1]', whole).tasks).toEqual({ a: { output: 'done' } });
    expect(scope('b', whole)).not.toHaveProperty('item');
  });
});

describe('a list', () => {
  const failing: Template = () => {
    throw new ExpressionFailed('expression.failed', 'it reads what is not there');
  };
  const from = (forEach: Template) => runsOf({ a: { forEach } });
  const codeOf = (forEach: Template) => {
    const { events } = from(forEach).after(start());
    return events.flatMap((event) => (event.type === 'TaskFailed' ? [event.error.code] : []));
  };

  test('that cannot be had fails its task for good, and the run with it', () => {
    const run = from(failing);
    const failure = { code: 'expression.failed', message: 'it reads what is not there' };
    run.nothing
      .when(start())
      .then([
        run.started(),
        run.failed('a', { error: failure }),
        run.stopped('failed', failure, { task: 'a' }),
        run.runFailed(failure),
      ]);
  });

  test('is a list, of no more items than may be', () => {
    expect(codeOf(() => ({ length: 2 }))).toEqual(['items.not-a-list']);
    expect(codeOf(() => Array(LIMITS.forEachItems + 1).fill(0))).toEqual(['items.too-many']);
    expect(codeOf(() => ['x'.repeat(LIMITS.forEachBytes)])).toEqual(['items.too-large']);
    expect(codeOf(() => Array(LIMITS.forEachItems).fill(0))).toEqual([]);
  });

  test('leaves the run no more tasks than may be', () => {
    const forEach = Array(LIMITS.forEachItems).fill(0);
    const { events } = runsOf({ a: { forEach }, b: { forEach } }).after(start());
    expect(events.find((event) => event.type === 'TaskFailed')).toMatchObject({ error: { code: 'tasks.too-many' } });
  });

  test('fails alone where its task is optional', () => {
    const run = runsOf({ a: { forEach: () => 5, optional: true }, b: { after: ['a'] } });
    expect(run.after(start()).events.map(({ type }) => type)).toEqual(['WorkflowStarted', 'TaskFailed', 'TaskQueued']);
  });
});

describe('a concurrency', () => {
  const run = runsOf({ a: { forEach: [0, 1, 2, 3], concurrency: 2, retry: 2 } });
  const { complete, completed, fail, queued } = run;

  test('holds items back until others are done', () => {
    run.nothing
      .when(start())
      .then([run.started(), run.expanded('a', [0, 1, 2, 3]), queued('a[0]'), queued('a[1]')])
      .when(complete('a[1]'))
      .then([completed('a[1]'), queued('a[2]')])
      .when(complete('a[0]'))
      .then([completed('a[0]'), queued('a[3]')])
      .when(complete('a[2]'))
      .then([completed('a[2]')])
      .when(complete('a[3]'))
      .then([completed('a[3]'), run.collected('a'), run.done()]);
  });

  test('counts an item that is to be tried again', () => {
    const retryAt = 1_000;
    run
      .after(start())
      .when(fail('a[0]'), at(0, 1))
      .then([run.failed('a[0]', { retryAt })])
      .when(fire(), at(retryAt))
      .then([queued('a[0]', { attempt: 2 })]);
  });

  test('of items that the engine performs lets them all pass, one after the other', () => {
    const noops = runsOf({ a: { type: 'noop', forEach: [0, 1, 2], concurrency: 1 } });
    expect(noops.after(start()).state.status).toBe('completed');
  });
});

describe('a condition', () => {
  test('that reads no item is asked once, before there are any', () => {
    const run = runsOf({ a: { forEach: () => 'no list at all', when: () => false }, b: { after: ['a'] } });
    run.nothing.when(start()).then([run.started(), run.skipped('a'), run.queued('b')]);
  });

  test('that reads the item is asked for each', () => {
    const isOdd: Template = ({ item }) => (item as number) % 2 === 1;
    const run = runsOf({ a: { forEach: [1, 2, 3], when: isOdd, whenEach: true } });
    run.nothing
      .when(start())
      .then([run.started(), run.expanded('a', [1, 2, 3]), run.queued('a[0]'), run.skipped('a[1]'), run.queued('a[2]')]);
    const { state } = run.after(start(), run.complete('a[0]', { output: 1 }), run.complete('a[2]', { output: 3 }));
    expect(state.outputs['a']).toEqual({ output: [1, null, 3] });
  });

  test('of an item that cannot be told fails that item', () => {
    const run = runsOf({ a: { forEach: [1], when: () => 'perhaps', whenEach: true } });
    expect(run.after(start()).events.at(2)).toMatchObject({ type: 'TaskFailed', task: run.ordinal('a[0]') });
  });
});

describe('the failure of an item', () => {
  test('is that of its list, lets no other item begin, and undoes those that are done, last first', () => {
    const run = runsOf({ a: { forEach: [0, 1, 2, 3], concurrency: 3, compensate: true } });
    const { complete, completed, fail, failed, queued, withdraw } = run;
    const stopped = run.after(start(), complete('a[1]'), complete('a[0]'));
    stopped
      .when(fail('a[2]'))
      .then([failed('a[2]'), run.stopped('failed', BOOM, { task: 'a[2]' })])
      .when(withdraw('a[3]'))
      .then([run.withdrawn('a[3]'), run.undoing, queued('~a[0]')])
      .when(complete('~a[0]'))
      .then([completed('~a[0]'), queued('~a[1]')])
      .when(complete('~a[1]'))
      .then([completed('~a[1]'), run.compensated]);
    const { tasks } = run.after(start(), fail('a[2]')).state;
    expect(tasks[0]).toMatchObject({ status: 'failed', error: BOOM });
  });

  test('is null in the output where the task is optional', () => {
    const run = runsOf({ a: { forEach: [0, 1], optional: true } });
    const { state } = run.after(start(), run.fail('a[0]'), run.complete('a[1]', { output: 1 }));
    expect([state.status, state.outputs['a']]).toEqual(['completed', { output: [null, 1] }]);
  });

  test('is tried again with the rest of the list, and what was done stays done', () => {
    const run = runsOf({ a: { forEach: [0, 1, 2, 3], concurrency: 2 } });
    const { complete, fail, queued } = run;
    run
      .after(start(), complete('a[0]', { output: 0 }), fail('a[1]'), complete('a[2]', { output: 2 }))
      .when(retry())
      .then([run.retried('running'), queued('a[1]', { attempt: 2 }), queued('a[3]', { attempt: 1 })])
      .when(complete('a[3]', { output: 3 }))
      .then([run.completed('a[3]', { output: 3 })])
      .when(complete('a[1]', { attempt: 2, output: 1 }))
      .then([run.completed('a[1]', { attempt: 2, output: 1 }), run.collected('a'), run.done()]);
  });

  test('leaves no error on a list that completed when it was tried again', () => {
    const run = runsOf({ a: { forEach: [0] } });
    const failed = run.after(start(), run.fail('a[0]'));
    const done = run.after(start(), run.fail('a[0]'), retry(), run.complete('a[0]', { attempt: 2 }));
    expect(failed.state.tasks[0]).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
    expect(done.state.tasks[0]).toMatchObject({ status: 'completed', error: null });
  });

  test('elsewhere, while all items are done, leaves the list to be collected by a retry', () => {
    const run = runsOf({ a: { forEach: [0] }, b: {}, c: { after: ['a'] } });
    const { complete, fail } = run;
    run
      .after(start(), fail('b'), complete('a[0]', { output: 5 }))
      .when(retry())
      .then([run.retried('running'), run.collected('a'), run.queued('b', { attempt: 2 }), run.queued('c')]);
  });

  test('of a list that had not begun, or is collected, is nothing of its own', () => {
    const run = runsOf({ a: { forEach: [0] }, b: { after: ['a'] }, c: { after: ['b'], forEach: [0] } });
    const { complete, fail } = run;
    run
      .after(start(), complete('a[0]'), fail('b'))
      .when(retry())
      .then([run.retried('running'), run.queued('b', { attempt: 2 })])
      .when(complete('b', { attempt: 2 }))
      .then([run.completed('b', { attempt: 2 }), run.expanded('c', [0]), run.queued('c[0]')]);
  });
});

describe('a run with a list', () => {
  const run = runsOf({ a: { forEach: [0, 1, 2], concurrency: 1, compensate: true } });
  const { complete, completed, queued } = run;

  test('that is paused begins no other item, and goes on with the next', () => {
    run
      .after(start(), pause())
      .when(complete('a[0]'))
      .then([completed('a[0]')])
      .when(resume(), at(10))
      .then([run.resumed(10), queued('a[1]')]);
  });

  test('that is cancelled undoes the items that are done', () => {
    const failure = { code: 'workflow.cancelled', message: 'the run was cancelled' };
    run
      .after(start(), complete('a[0]'))
      .when(cancel())
      .then([run.stopped('cancelled', failure, { compensate: true })])
      .when(complete('a[1]'))
      .then([completed('a[1]'), run.undoing, queued('~a[1]')])
      .when(complete('~a[1]'))
      .then([completed('~a[1]'), queued('~a[0]')])
      .when(complete('~a[0]'))
      .then([completed('~a[0]'), run.cancelled]);
    expect(run.after(start(), cancel()).state.tasks[0]!.status).toBe('cancelled');
  });

  test('that is paused when its last item is done is collected when it goes on', () => {
    const one = runsOf({ a: { forEach: [0] } });
    one
      .after(start(), pause())
      .when(one.complete('a[0]'))
      .then([one.completed('a[0]')])
      .when(resume(), at(10))
      .then([one.resumed(10), one.collected('a'), one.done()]);
  });
});
