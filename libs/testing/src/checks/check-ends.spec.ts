import { describe, expect, it } from '@jest/globals';
import { checkEnd } from './check-ends.js';
import type { History } from './history.js';
import { A, B, C, SAGA, broken, complete, followed, played } from './testing/histories.js';

const brokenIn = (run: History) => broken((violations) => checkEnd(run, violations));

describe('the check of ends', () => {
  it('finds nothing in a run that has ended', () => {
    expect(brokenIn(played(SAGA, complete(A), complete(B), complete(C)).history)).toEqual([]);
  });

  it('finds a run that is stuck, also after it was retried', () => {
    expect(brokenIn(played(SAGA, complete(A)).history)).toEqual(['I9']);
    const { history } = played(SAGA, complete(A), complete(B), complete(C));
    expect(brokenIn(followed(history, { type: 'WorkflowRetried', v: 1, status: 'running' }))).toEqual(['I9']);
  });
});
