import { describe, expect, it } from '@jest/globals';
import { printed } from '../output/line.js';
import { plain } from '../output/style.js';
import { plainLine } from './plain-line.js';
import { at, event, idOf, pictureAt, task, workflow } from './testing/sample-runs.js';

const picture = pictureAt(0, workflow([task(0, 'ship', 'running')]));

/** The line without its time of day, which is that of the reader's zone. */
function said(type: string, data: Parameters<typeof event>[2] = {}) {
  const each = event(11, type, data, 1_000);
  const line = plainLine(each, 'order@3', picture.taskOf(each));
  return line && printed(line, 200, plain).slice('12:00:00.000  '.length);
}

const ship = { taskId: idOf(0), key: 'ship', attempt: 1 };

describe('A run without a terminal', () => {
  it.each([
    ['WorkflowStarted', {}, 'started     order@3'],
    ['TaskQueued', ship, 'queued      ship'],
    ['TaskQueued', { ...ship, attempt: 2 }, 'queued      ship  attempt 2 of 3'],
    ['TaskStarted', ship, 'running     ship'],
    ['TaskStarted', { ...ship, until: at(4_000) }, 'waiting     ship  for 3.0 s'],
    ['TaskCompleted', ship, 'completed   ship  900 ms'],
    [
      'TaskFailed',
      { ...ship, error: { code: 'busy', message: 'not now' }, retryAt: at(1_200) },
      'waiting     ship  busy: not now · again in 200 ms',
    ],
    ['TaskFailed', { ...ship, error: { code: 'busy', message: 'not now' } }, 'failed      ship  busy: not now'],
    ['TaskSkipped', ship, 'skipped     ship'],
    ['TaskStarted', { ...ship, compensation: true }, 'running     ship (undoing)'],
    ['SignalReceived', { name: 'approved' }, 'signal      order@3  approved'],
    ['WorkflowFailed', { error: { code: 'x', message: 'y' } }, 'failed      order@3  x: y'],
  ])('is a line for each change: %s %j', (type, data, line) => {
    expect(said(type, data)).toBe(line);
  });

  it('says nothing of what changes no state', () => {
    expect(said('SomethingNew')).toBeUndefined();
  });
});
