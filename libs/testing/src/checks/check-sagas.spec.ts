import { describe, expect, it } from '@jest/globals';
import type { WorkflowEvent } from '@orrery/domain';
import { checkSaga } from './check-sagas.js';
import type { History } from './history.js';
import { A, B, C, SAGA, UNDO_A, UNDO_B, altered, broken, complete, fail, fire, played } from './testing/histories.js';

const failed = [complete(A), complete(B), fail(C)];
const { plan, history } = played(SAGA, ...failed, complete(UNDO_B), complete(UNDO_A));
const brokenIn = (run: History) => broken((violations) => checkSaga(run, plan, violations));
const isOf = (event: WorkflowEvent, task: number) => 'task' in event && event.task === task;

describe('the check of sagas', () => {
  it('finds nothing in a run that is right', () => {
    expect(history.events.at(-1)!.event.type).toBe('WorkflowCompensated');
    expect(brokenIn(history)).toEqual([]);
  });

  it('finds what was undone in the wrong order', () => {
    const swapped = altered(history, (event) => {
      if (!isOf(event, UNDO_A) && !isOf(event, UNDO_B)) return event;
      return { ...event, task: isOf(event, UNDO_A) ? UNDO_B : UNDO_A } as WorkflowEvent;
    });
    expect(brokenIn(swapped)).toEqual(['I7']);
  });

  it('finds what was not undone', () => {
    expect(brokenIn(altered(history, (event) => (isOf(event, UNDO_A) ? undefined : event)))).toEqual(['I7']);
  });

  it('finds what was undone before anything failed', () => {
    const early = altered(history, (event) => (event.type === 'CompensationStarted' ? undefined : event));
    expect(brokenIn(early)).toEqual(['I7']);
  });

  it('finds an end that names other tasks than those that are left', () => {
    const tries = [1, 2, 3].map((attempt) => fail(UNDO_A, attempt));
    const fired = tries.flatMap((each, index) => (index === 0 ? [each] : [fire(), each]));
    const { history: stuck } = played(SAGA, ...failed, complete(UNDO_B), ...fired);
    expect([stuck.events.at(-1)!.event.type, brokenIn(stuck)]).toEqual(['WorkflowFailed', []]);
    const other = altered(stuck, (event) => (event.type === 'WorkflowFailed' ? { ...event, notUndone: [B] } : event));
    expect(brokenIn(other)).toEqual(['I7']);
  });
});
