import { describe, expect, it } from '@jest/globals';
import { taskId } from '@orrery/domain';
import { checkExecutions, executed } from './check-executions.js';
import { A, B, RUN, SAGA, broken, complete, fail, fire, played } from './testing/histories.js';

const { plan, history } = played(SAGA, complete(A), fail(B), fire(), complete(B, 2));
const done = (task: number, attempt: number) => ({ task: taskId(RUN, task), attempt, node: 'a worker' });
const brokenIn = (...executions: ReturnType<typeof done>[]) =>
  broken((violations) => checkExecutions(history, plan, executed(executions), violations));

describe('the check of executions', () => {
  it('finds nothing where every recorded end is somebody’s work, however often it was done', () => {
    expect(brokenIn(done(A, 1), done(B, 1), done(B, 2), done(B, 2))).toEqual([]);
  });

  it('finds an end that nobody worked for in that attempt', () => {
    expect(brokenIn(done(A, 1), done(B, 1))).toEqual(['I5']);
  });
});
