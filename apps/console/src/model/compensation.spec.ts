import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Task } from '../api/types.js';
import { history, task, undoable } from '../testing/sample-run.js';
import { sayUndoing, undoingOf } from './compensation.js';
import { plannedTasks } from './definition-graph.js';
import { foldRun } from './run-fold.js';

const DONE = [
  ['WorkflowStarted'],
  ['TaskCompleted', 'courier'],
  ['TaskCompleted', 'mail'],
  ['TaskCompleted', 'reserve'],
] as const;
const stopped = (compensate: boolean) => ['WorkflowStopped', undefined, { compensate, cause: 'failed' }] as const;
const UNDOING = [...DONE, stopped(true), ['CompensationStarted'], ['TaskStarted', 'undo-reserve']] as const;

const PLAN = [undoable('reserve'), undoable('courier', ['reserve']), task('mail'), undoable('charge', ['courier'])];

const told = (steps: readonly (readonly [string, string?, JsonObject?])[], plan: readonly Task[] = PLAN) => {
  const events = history(...steps);
  const { tasks, status } = foldRun(plan, events, events.length);
  const undoing = undoingOf(tasks, events);
  return { ...undoing, words: sayUndoing(status, events, undoing.steps) };
};

describe('what is undone of a run', () => {
  it('is what is completed and can be undone, the last completed first', () => {
    const { steps, kept, words } = told(DONE);
    expect(steps.map(({ task: { key }, by }) => [key, by.status])).toEqual([
      ['reserve', 'pending'],
      ['courier', 'pending'],
    ]);
    expect(kept.map(({ task: { key } }) => key)).toEqual(['mail']);
    expect(words).toBe('If it had to be undone now, 2 tasks would be, the last completed first.');
  });

  it('keeps its order while it is being undone', () => {
    const { steps, words } = told([...UNDOING, ['TaskCompleted', 'undo-reserve'], ['TaskStarted', 'undo-courier']]);
    expect(steps.map(({ task: { key }, by }) => [key, by.status])).toEqual([
      ['reserve', 'completed'],
      ['courier', 'running'],
    ]);
    expect(words).toBe('1 of 2 tasks undone, the last completed first.');
  });

  it.each([
    ['Nothing would have to be undone yet.', [['WorkflowStarted']]],
    ['It is completed: nothing of it is undone any more.', [...DONE, ['WorkflowCompleted']]],
    ['It was stopped without undoing what was done.', [...DONE, stopped(false), ['WorkflowCancelled']]],
    ['There was nothing to undo.', [['WorkflowStarted'], stopped(true), ['WorkflowCompensated']]],
    [
      '2 tasks undone, the last completed first.',
      [...UNDOING, ['TaskCompleted', 'undo-reserve'], ['TaskCompleted', 'undo-courier'], ['WorkflowCompensated']],
    ],
    [
      '0 of 2 tasks undone, the last completed first. Then undoing failed; a retry goes on from there.',
      [...UNDOING, ['TaskFailed', 'undo-reserve'], ['WorkflowFailed']],
    ],
    [
      'If it had to be undone now, 2 tasks would be, the last completed first.',
      [...DONE, stopped(false), ['WorkflowFailed'], ['WorkflowRetried', undefined, { status: 'running' }]],
    ],
  ] as [string, [string, string?, JsonObject?][]][])('says: %s', (words, steps) =>
    expect(told(steps).words).toBe(words),
  );
});

describe('what stays as it is', () => {
  it('is told with its reason, and what is alike together', () => {
    const document = {
      tasks: {
        ...{ 'resize-1': { type: 'resize' }, 'resize-2': { type: 'resize' } },
        mail: { type: 'mail', compensate: { none: 'it cannot be unsent' } },
      },
    };
    const tasks = ['resize-1', 'resize-2', 'mail'].map((key) => task(key, [], { type: 'x', status: 'completed' }));
    const { kept } = undoingOf(tasks, [], plannedTasks(document));
    expect(kept.map(({ task: { key }, count, coverage, reason }) => [key, count, coverage, reason])).toEqual([
      ['resize-1', 2, 'open', ''],
      ['mail', 1, 'excused', 'it cannot be unsent'],
    ]);
  });

  it('is a list and not its items, and no list that is undone item by item', () => {
    const tasks = ['kept', 'kept[0]', 'undone', 'undone[0]'].map((key) => task(key, [], { status: 'completed' }));
    const plan = plannedTasks({ tasks: { undone: { type: 'x', compensate: { type: 'y' } } } });
    expect(undoingOf(tasks, [], plan).kept.map(({ task: { key } }) => key)).toEqual(['kept']);
  });
});
