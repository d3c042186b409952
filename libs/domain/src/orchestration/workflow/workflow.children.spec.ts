import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../kernel/json.js';
import { CompleteTask, FailTask } from '../task/task.commands.js';
import { LIMITS } from '../definition/limits.js';
import { at, cancel, error, fire, pause, resume, runsOf, start } from '../testing/run-words.js';
import { childOf } from './child-request.js';
import { PauseWorkflow, ResumeWorkflow, StartWorkflow } from './workflow.commands.js';
import { priorityOf } from './workflow.state.js';

const child = { type: 'workflow', input: { definition: 'ship', input: 5 } } as const;
const asChild = (depth: number, priority?: number) =>
  new StartWorkflow({
    ...start().data,
    ...(priority === undefined ? {} : { priority }),
    parent: { workflow: '0190d5a8-0000-7000-8000-000000000002', task: 3, attempt: 1, depth },
  });

describe('a task that is a run of its own', () => {
  const run = runsOf({ a: { ...child, retry: 2, runMs: 60_000, compensate: true }, b: { after: ['a'] } });
  const { complete, fail, began, completed } = run;

  test('begins when that run is to be started, and ends as it does', () => {
    run.nothing
      .when(start())
      .then([run.started(), began('a', { child: true, due: 60_000 })])
      .when(complete('a', { output: 5 }))
      .then([completed('a', { output: 5 }), run.queued('b')]);
  });

  test('has another run for each attempt', () => {
    const failure = error('child.failed');
    run
      .after(start())
      .when(fail('a', { error: failure }), at(0, 1))
      .then([run.failed('a', { error: failure, retryAt: 1_000 })])
      .when(fire(), at(1_000))
      .then([began('a', { attempt: 2, startedAt: 1_000, due: 61_000, child: true })]);
  });

  test('is waited for no longer than its timeout, which stands still while the run is paused', () => {
    const failure = { code: 'task.timed-out', message: 'the attempt did not end within 60000 ms' };
    run
      .after(start())
      .when(fire(), at(60_000, 1))
      .then([run.failed('a', { error: failure, retryAt: 61_000 })]);
    const resumed = run.after(start(), [pause(), at(50_000)], [resume(), at(150_000)]);
    resumed.when(fire(), at(159_999)).thenNothing();
    resumed.when(fire(), at(160_000, 1)).then([run.failed('a', { error: failure, retryAt: 161_000 })]);
  });

  test('is awaited by a run that stops, and undone like any other when it completes until then', () => {
    const failure = { code: 'workflow.cancelled', message: 'the run was cancelled' };
    run
      .after(start())
      .when(cancel())
      .then([run.stopped('cancelled', failure, { compensate: true })])
      .when(complete('a'))
      .then([completed('a'), run.undoing, run.queued('~a')]);
    run
      .after(start(), cancel())
      .when(fail('a'))
      .then([run.failed('a'), run.cancelled]);
  });

  test('is ended by no worker', () => {
    const data = { task: 0, attempt: 1, lease: '1.theirs' };
    run
      .after(start())
      .when(new CompleteTask({ ...data, output: 'mine' }))
      .thenRefused('task.lease-lost');
    run
      .after(start())
      .when(new FailTask({ ...data, error: error('boom') }))
      .thenRefused('task.lease-lost');
  });

  test('may undo another', () => {
    const undone = runsOf({ a: { compensate: child }, b: { after: ['a'] } });
    undone
      .after(start(), undone.complete('a'))
      .when(undone.fail('b'))
      .then([
        undone.failed('b'),
        undone.stopped('failed', error('boom'), { task: 'b' }),
        undone.undoing,
        undone.began('~a', { child: true }),
      ]);
  });

  test('fails at once when its input makes no sense', () => {
    const inputs: readonly Json[] = [
      null,
      'ship',
      {},
      { definition: 5 },
      { definition: 'a', labels: 1 },
      { definition: 'a', labels: { b: 1 } },
      { definition: 'a', inptu: 5 },
      { definition: 'a', labels: { b: 'x'.repeat(257) } },
      { definition: 'a', labels: { 'b c': '' } },
      { definition: 'a', labels: { b: 'two\nlines' } },
      { definition: 'a', labels: Object.fromEntries([...Array(33).keys()].map((key) => [key, ''])) },
    ];
    for (const input of inputs) {
      const { events } = runsOf({ a: { type: 'workflow', input } }).after(start());
      expect(events[1]).toMatchObject({ type: 'TaskFailed', error: { code: 'child.invalid' } });
    }
  });

  test('asks for a definition, its input and its labels', () => {
    expect(childOf({ definition: 'ship' })).toEqual({ definition: 'ship', input: null });
    const labels = { order: 'A-1' };
    expect(childOf({ definition: 'ship@2', input: [1], labels })).toEqual({ definition: 'ship@2', input: [1], labels });
  });
});

describe('a run that is a child', () => {
  const run = runsOf({ a: child });

  test('knows its parent', () => {
    const { parent } = asChild(1).data;
    run.nothing.when(asChild(1)).then([{ ...run.started(), parent }, run.began('a', { child: true })]);
    expect(run.nothing.state.parent).toBeNull();
  });

  test('has children of its own, unless it is too deep', () => {
    const startOf = (depth: number) => run.after(asChild(depth)).events[1];
    expect(startOf(LIMITS.childDepth - 1)).toMatchObject({ type: 'TaskStarted' });
    expect(startOf(LIMITS.childDepth)).toMatchObject({ type: 'TaskFailed', error: { code: 'child.too-deep' } });
  });

  test('goes on with its parent when it was paused with it, and not when it was paused by hand', () => {
    const [down, on] = [new PauseWorkflow({ by: 'parent' }), new ResumeWorkflow({ by: 'parent' })];
    run
      .after(start())
      .when(down, at(5))
      .then([{ ...run.paused(5), by: 'parent' }])
      .when(down)
      .thenNothing()
      .when(on, at(9))
      .then([run.resumed(9)]);
    run.after(start(), pause()).when(on).thenNothing();
    run.after(start(), pause(), down).when(on).thenNothing();
    run
      .after(start(), down)
      .when(resume(), at(9))
      .then([run.resumed(9)]);
    run.after(start(), down, resume(), pause()).when(on).thenNothing();
  });
});

test('the priority of a run moves that of its tasks, between 0 and 9', () => {
  const { plan, after } = runsOf({ a: { priority: 5 }, b: { priority: 0 } });
  const priorities = (priority?: number) =>
    plan.tasks.map((task) => priorityOf(task, after(asChild(1, priority)).state));
  expect([undefined, 0, 1, 3, 9].map(priorities)).toEqual([
    [5, 0],
    [4, 0],
    [5, 0],
    [7, 2],
    [9, 8],
  ]);
});
