import { describe, expect, it } from '@jest/globals';
import type { AnsweredReport } from '../world/records.js';
import { checkReports } from './check-reports.js';
import { A, B, SAGA, broken, complete, fail, fire, played } from './testing/histories.js';

const { history } = played(SAGA, complete(A), fail(B), fire(), complete(B, 2));
const completion = { task: A, attempt: 1, lease: '1.lease', outcome: { output: { by: A } }, refusal: undefined };
const failure = { task: B, attempt: 1, lease: '1.lease', outcome: { error: { code: 'told' } }, refusal: undefined };
const brokenIn = (...reports: AnsweredReport[]) => broken((violations) => checkReports(history, reports, violations));

describe('the check of reports', () => {
  it('finds nothing where what was taken is what is recorded, also twice, and the rest was refused', () => {
    const late = { ...completion, task: B, refusal: 'task.lease-lost' };
    expect(brokenIn(completion, completion, failure, late)).toEqual([]);
  });

  it.each([
    ['of another lease', { ...completion, lease: '1.other' }],
    ['of an attempt that ended otherwise', { ...failure, outcome: { output: null } }],
    ['with another output', { ...completion, outcome: { output: 'another' } }],
    ['of an attempt that there never was', { ...completion, attempt: 2 }],
  ])('finds a report %s that was taken', (_, report) => {
    expect(brokenIn(report)).toEqual(['I6']);
  });
});
