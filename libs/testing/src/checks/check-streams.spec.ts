import { describe, expect, it } from '@jest/globals';
import type { Commit } from '@orrery/application';
import { checkStream } from './check-streams.js';
import { A, B, SAGA, broken, complete, played, rowsOf } from './testing/histories.js';

const commits = rowsOf(played(SAGA, complete(A), complete(B)).history).map((row, index): Commit => {
  return { ...row, cursor: { transactionId: BigInt(index + 1), position: BigInt(index + 1) }, recordedAt: 0 };
});
const brokenIn = (stream: readonly Commit[]) => broken((violations) => checkStream(stream, violations));

describe('the check of streams', () => {
  it('finds nothing in a stream that is whole', () => {
    expect(commits).toHaveLength(3);
    expect(brokenIn(commits)).toEqual([]);
  });

  it('finds a gap, and a repeat', () => {
    expect(brokenIn([commits[0]!, commits[2]!])).toEqual(['I3']);
    expect(brokenIn([commits[0]!, ...commits])).toEqual(['I3']);
  });

  it('finds an event that was changed', () => {
    const changed = { ...commits[1]!, events: commits[1]!.events.replace('TaskCompleted', 'TaskSkipped') };
    expect(brokenIn([commits[0]!, changed, commits[2]!])).toEqual(['I3']);
  });
});
