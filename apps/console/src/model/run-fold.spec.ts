import { describe, expect, it } from '@jest/globals';
import { history, task, time, undoable } from '../testing/sample-run.js';
import { foldRun } from './run-fold.js';

const error = { code: 'card.declined', message: 'the bank declined the card' };

const PLAN = [undoable('reserve'), task('charge', ['reserve']), task('ship', ['charge'])];
const DECLINED = history(
  ['WorkflowStarted'],
  ['TaskQueued', 'reserve'],
  ['TaskStarted', 'reserve', { startedAt: time(150), worker: 'w-1' }],
  ['TaskCompleted', 'reserve', { output: { total: 7 } }],
  ['TaskQueued', 'charge'],
  ['TaskStarted', 'charge'],
  ['TaskFailed', 'charge', { error, retryAt: time(900) }],
  ['TaskQueued', 'charge', { attempt: 2 }],
  ['TaskStarted', 'charge', { attempt: 2 }],
  ['TaskFailed', 'charge', { error, attempt: 2 }],
  ['WorkflowStopped', 'charge', { cause: 'failed', error, compensate: true }],
  ['CompensationStarted'],
  ['TaskQueued', 'undo-reserve'],
  ['TaskStarted', 'undo-reserve'],
  ['TaskCompleted', 'undo-reserve'],
  ['WorkflowCompensated'],
);

const statuses = (version: number) => foldRun(PLAN, DECLINED, version).tasks.map(({ status }) => status);

describe('a run folded from its events', () => {
  it.each([
    [1, 'running', ['pending', 'pending', 'pending']],
    [2, 'running', ['queued', 'pending', 'pending']],
    [3, 'running', ['running', 'pending', 'pending']],
    [7, 'running', ['completed', 'waiting', 'pending']],
    [8, 'running', ['completed', 'queued', 'pending']],
    [10, 'running', ['completed', 'failed', 'pending']],
    [11, 'running', ['completed', 'failed', 'cancelled']],
    [12, 'compensating', ['completed', 'failed', 'cancelled']],
    [13, 'compensating', ['compensating', 'failed', 'cancelled']],
    [15, 'compensating', ['compensated', 'failed', 'cancelled']],
    [16, 'compensated', ['compensated', 'failed', 'cancelled']],
  ] as const)('after event %i is %s, with its tasks %j', (version, status, tasks) => {
    expect(foldRun(PLAN, DECLINED, version).status).toBe(status);
    expect(statuses(version)).toEqual(tasks);
  });

  it('knows when attempts began, by whom, and what they gave', () => {
    const [reserve] = foldRun(PLAN, DECLINED, 4).tasks;
    expect(reserve).toMatchObject({ startedAt: time(150), endedAt: time(300), worker: 'w-1', output: { total: 7 } });
  });

  it('has the error and the end of the run, and neither before', () => {
    expect(foldRun(PLAN, DECLINED, 16)).toMatchObject({ error, endedAt: time(1500), version: 16 });
    expect(foldRun(PLAN, DECLINED, 5)).toMatchObject({ error: null, endedAt: null, version: 5 });
  });

  it('leaves a task completed whose compensation failed for good', () => {
    const events = [...DECLINED.slice(0, 14), ...history(['TaskFailed', 'undo-reserve', { error }])];
    const shifted = events.map((event, index) => ({ ...event, version: index + 1 }));
    const [reserve] = foldRun(PLAN, shifted, 99).tasks;
    expect(reserve).toMatchObject({ status: 'completed', compensation: { status: 'failed' } });
  });

  it('is paused, goes on, and is tried again', () => {
    const events = history(
      ['WorkflowStarted'],
      ['WorkflowPaused'],
      ['WorkflowResumed', undefined, { status: 'running' }],
      ['TaskSkipped', 'reserve'],
      ['TaskQueued', 'charge'],
      ['TaskWithdrawn', 'charge'],
      ['WorkflowStopped', undefined, { cause: 'cancelled', error, compensate: false }],
      ['WorkflowFailed', undefined, { error }],
      ['WorkflowRetried', undefined, { status: 'running' }],
    );
    const at = (version: number) => foldRun(PLAN, events, version);
    expect([2, 3, 8, 9].map((version) => at(version).status)).toEqual(['paused', 'running', 'failed', 'running']);
    expect(at(8).tasks.map(({ status }) => status)).toEqual(['skipped', 'cancelled', 'cancelled']);
    expect(at(9)).toMatchObject({ error: null, endedAt: null });
    expect(at(9).tasks.map(({ status }) => status)).toEqual(['skipped', 'pending', 'pending']);
  });

  it('is no longer paused when it is cancelled, and its waits end', () => {
    const events = history(
      ['WorkflowStarted'],
      ['TaskStarted', 'reserve', { until: time(9_000) }],
      ['WorkflowPaused'],
      ['WorkflowStopped', undefined, { cause: 'cancelled', error, compensate: true }],
      ['WorkflowRetried', undefined, { status: 'compensating' }],
      ['WorkflowCancelled'],
      ['SomethingNew'],
    );
    const [reserve] = foldRun(PLAN, events, 2).tasks;
    expect(reserve).toMatchObject({ status: 'waiting', nextAttemptAt: time(9_000) });
    expect([3, 4, 5, 7].map((version) => foldRun(PLAN, events, version).status)).toEqual([
      'paused',
      'running',
      'compensating',
      'cancelled',
    ]);
    expect(foldRun(PLAN, events, 4).tasks[0]!.status).toBe('cancelled');
  });

  it('shows the items of a list once it has begun, and counts them', () => {
    const plan = [
      task('convert', [], { items: { total: 2, ended: 2 } }),
      task('convert[0]', [], { id: 'convert[0]' }),
      task('convert[1]'),
    ];
    const events = history(
      ['WorkflowStarted'],
      ['TaskExpanded', 'convert', { items: [1, 2] }],
      ['TaskQueued', 'convert[0]'],
      ['TaskCompleted', 'convert[0]', { output: 1 }],
      ['TaskCompleted', 'convert[1]', { output: 1 }],
      ['TaskCollected', 'convert'],
      ['WorkflowCompleted', undefined, { output: 1 }],
    );
    const at = (version: number) => foldRun(plan, events, version).tasks;
    expect(at(1).map(({ key }) => key)).toEqual(['convert']);
    expect(at(3).map(({ status }) => status)).toEqual(['running', 'queued', 'pending']);
    expect(at(4)[0]!.items).toEqual({ total: 2, ended: 1 });
    expect(at(7)[0]).toMatchObject({ status: 'completed', items: { total: 2, ended: 2 } });
  });

  it('lets a list that had begun go on after a retry, and passes over tasks it does not know', () => {
    const plan = [task('convert', [], { items: { total: 0, ended: 0 } })];
    const events = history(
      ['TaskExpanded', 'convert'],
      ['TaskQueued', 'unknown'],
      ['WorkflowStopped', undefined, { cause: 'failed', error, compensate: false }],
      ['WorkflowRetried', undefined, { status: 'running' }],
    );
    expect(foldRun(plan, events, 3).tasks[0]!.status).toBe('cancelled');
    expect(foldRun(plan, events, 4).tasks[0]!.status).toBe('running');
  });
});
