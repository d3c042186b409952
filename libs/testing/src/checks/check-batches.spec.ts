import { describe, expect, it } from '@jest/globals';
import { type Commit, type Cursor, START } from '@orrery/application';
import type { WrittenBatch } from '../world/records.js';
import { checkBatches } from './check-batches.js';
import { A, B, RUN, SAGA, broken, complete, played, rowsOf } from './testing/histories.js';

const at = (transactionId: bigint): Cursor => ({ transactionId, position: transactionId });
const commits = rowsOf(played(SAGA, complete(A), complete(B)).history).map((row, index): Commit => {
  return { ...row, cursor: at(BigInt(index + 1)), recordedAt: 0 };
});
const versionAt = (index: number) => commits[index]!.lastVersion;
const batch = (from: Cursor, to: Cursor, version?: number): WrittenBatch => {
  return { moves: [{ partition: 0, from, to }], versions: new Map(version === undefined ? [] : [[RUN, version]]) };
};
const brokenIn = (...batches: WrittenBatch[]) => broken((violations) => checkBatches(commits, batches, violations));

describe('the check of batches', () => {
  it('finds nothing where every commit was written on the way', () => {
    expect(brokenIn(batch(START, at(2n), versionAt(1)), batch(at(2n), at(3n), versionAt(2)))).toEqual([]);
  });

  it('finds a commit that was passed and not written', () => {
    expect(brokenIn(batch(START, at(2n), versionAt(0)), batch(at(2n), at(3n), versionAt(2)))).toEqual(['I16']);
    expect(brokenIn(batch(START, at(2n), versionAt(1)), batch(at(2n), at(3n)))).toEqual(['I16']);
  });

  it('finds a commit that was never come to', () => {
    expect(brokenIn(batch(START, at(2n), versionAt(1)))).toEqual(['I16']);
  });

  it('finds a place that goes back, or jumps', () => {
    const whole = batch(START, at(3n), versionAt(2));
    expect(brokenIn(whole, batch(at(1n), at(2n), versionAt(1)))).toEqual(['I4']);
    expect(brokenIn(whole, batch(at(4n), at(5n)))).toEqual(['I4']);
  });
});
