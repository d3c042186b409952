import { describe, expect, it } from '@jest/globals';
import { BEGIN, at, event, idOf, pictureAt, task, workflow } from './testing/sample-runs.js';

const undo = { ...task(9, 'pay', 'pending') };
const twoTasks = () =>
  pictureAt(
    0,
    workflow([task(0, 'pay', 'pending', { compensation: undo }), task(1, 'ship', 'pending')], { version: 1 }),
  );

const ofPay = (version: number, type: string, more: object = {}, ms = version * 1_000) =>
  event(version, type, { taskId: idOf(0), key: 'pay', attempt: 1, ...more }, ms);

describe('The picture of a run', () => {
  it('follows a task through its attempts', () => {
    const picture = twoTasks();
    const statuses = [
      ofPay(2, 'TaskQueued'),
      ofPay(3, 'TaskStarted'),
      ofPay(4, 'TaskFailed', { error: { code: 'busy', message: 'later' }, retryAt: at(9_000) }),
      ofPay(5, 'TaskQueued', { attempt: 2 }),
      ofPay(6, 'TaskStarted', { attempt: 2, startedAt: at(5_500) }),
      ofPay(7, 'TaskCompleted', { attempt: 2 }),
    ].map((each) => {
      expect(picture.apply(each)).toBe(true);
      return picture.tasks[0]!.status;
    });
    expect(statuses).toEqual(['queued', 'running', 'waiting', 'queued', 'running', 'completed']);
    expect(picture.tasks[0]).toMatchObject({
      attempt: 2,
      startedAt: BEGIN + 5_500,
      endedAt: BEGIN + 7_000,
      error: null,
    });
    expect(picture.ends).toEqual([BEGIN + 7_000]);
  });

  it.each([
    ['TaskSkipped', {}, 'skipped'],
    ['TaskWithdrawn', {}, 'cancelled'],
    ['TaskFailed', { error: { code: 'x', message: 'y' } }, 'failed'],
    ['TaskStarted', { until: at(60_000) }, 'waiting'],
  ])('takes %s', (type, more, status) => {
    const picture = twoTasks();
    expect(picture.apply(ofPay(2, type, more))).toBe(true);
    expect(picture.tasks[0]!.status).toBe(status);
  });

  it('shows on a task that it is being undone', () => {
    const picture = twoTasks();
    const undoing = (version: number, type: string) =>
      event(version, type, { taskId: idOf(9), key: 'pay', attempt: 1, compensation: true });
    expect(picture.apply(undoing(2, 'TaskStarted'))).toBe(true);
    expect(picture.tasks[0]!.status).toBe('compensating');
    expect(picture.taskOf(undoing(2, 'TaskStarted'))).toBe(picture.tasks[0]);
    picture.apply(undoing(3, 'TaskCompleted'));
    expect(picture.tasks[0]!.status).toBe('compensated');
  });

  it('does not take an event twice', () => {
    const picture = twoTasks();
    picture.apply(ofPay(2, 'TaskQueued'));
    picture.apply(ofPay(3, 'TaskCompleted'));
    expect(picture.apply(ofPay(2, 'TaskQueued'))).toBe(true);
    expect(picture.tasks[0]!.status).toBe('completed');
  });

  it('says when it has to be read again: for a task, and for an end, that it does not know', () => {
    const picture = twoTasks();
    expect(picture.apply(event(2, 'TaskQueued', { taskId: idOf(77), key: 'ship[0]', attempt: 1 }))).toBe(false);
    expect(picture.apply(event(3, 'WorkflowCompleted'))).toBe(false);
    expect(picture.apply(event(4, 'SomethingNew'))).toBe(true);
    expect(picture.apply(event(5, 'WorkflowPaused'))).toBe(true);
    expect(picture.run.status).toBe('paused');
  });

  it('keeps why it does not go on only until something happens', () => {
    const picture = twoTasks();
    picture.explain(workflow([], { version: 1, waitingFor: 'it sleeps' }));
    expect(picture.run.waitingFor).toBe('it sleeps');
    picture.apply(ofPay(2, 'TaskQueued'));
    expect(picture.run.waitingFor).toBeNull();
    picture.explain(workflow([], { version: 1, waitingFor: 'it sleeps' }));
    expect(picture.run.waitingFor).toBeNull();
  });

  it('goes by the clock of the server', () => {
    const picture = twoTasks();
    picture.apply(ofPay(2, 'TaskQueued', {}, 500_000));
    expect(picture.time).toBe(BEGIN + 500_000);
  });
});
