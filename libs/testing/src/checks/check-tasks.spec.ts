import { describe, expect, it } from '@jest/globals';
import type { JsonObject, WorkflowEvent } from '@orrery/domain';
import { checkTasks } from './check-tasks.js';
import type { History } from './history.js';
import { A, B, C, SAGA, altered, broken, complete, fail, fire, followed, played } from './testing/histories.js';

const { plan, history } = played(SAGA, complete(A), fail(B), fire(), complete(B, 2), complete(C));
const brokenIn = (run: History) => broken((violations) => checkTasks(run, plan, violations));

describe('the check of tasks', () => {
  it('finds nothing in a run that is right', () => {
    expect(brokenIn(history)).toEqual([]);
  });

  it('finds a second end of an attempt', () => {
    const again: WorkflowEvent = { type: 'TaskCompleted', v: 1, task: B, attempt: 2, output: null };
    expect(brokenIn(followed(history, again))).toEqual(['I5']);
  });

  it('finds an attempt that was left out', () => {
    const later = altered(history, (event) => ('task' in event && event.task === C ? { ...event, attempt: 2 } : event));
    expect(brokenIn(later)).toContain('I5');
  });

  it('finds a task that begins before what it depends on is done', () => {
    const early = altered(history, (event) => (event.type === 'TaskCompleted' && event.task === A ? undefined : event));
    expect(brokenIn(early)).toEqual(['I8']);
  });

  it('finds a task that is not in the definition', () => {
    const other = altered(history, (event) => ('task' in event && event.task === C ? { ...event, task: 99 } : event));
    expect(brokenIn(other)).toContain('I8');
  });

  it('finds one attempt too many', () => {
    const endless = altered(history, (event) =>
      event.type === 'TaskCompleted' && event.task === B
        ? { ...event, type: 'TaskFailed', error: { code: 'x', message: 'x' }, retryAt: 99_999 }
        : event,
    );
    expect(brokenIn(endless)).toContain('I12');
  });

  it('finds an attempt that comes too soon', () => {
    const hasty = altered(history, (event) => (event.type === 'TaskFailed' ? { ...event, retryAt: 20_001 } : event));
    expect(brokenIn(hasty)).toEqual(['I12']);
  });

  it('finds what begins in a run that stops', () => {
    const { history: stopped } = played(SAGA, complete(A), fail(B), fire(), fail(B, 2));
    const begun: WorkflowEvent = { type: 'TaskQueued', v: 1, task: B, attempt: 3 };
    expect(brokenIn(stopped)).toEqual([]);
    expect(brokenIn(followed(stopped, begun))).toEqual(['I12']);
  });

  it('finds a sleep that is over before its time', () => {
    const sleep: JsonObject = { orrery: 'v1', name: 's', tasks: { a: { type: 'sleep', input: { duration: '5s' } } } };
    const slept = played(sleep, fire());
    const check = (run: History) => broken((violations) => checkTasks(run, slept.plan, violations));
    const longer = altered(slept.history, (event) =>
      event.type === 'TaskStarted' ? { ...event, until: 10_001 } : event,
    );
    expect([check(slept.history), check(longer)]).toEqual([[], ['I14']]);
  });
});
