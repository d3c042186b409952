import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ReplicatedDatabase,
  removeTemporaryDirectories,
  replicatedDatabase,
} from '@orrery/infrastructure/testing';
import { staleReads } from './support/stale-reads.js';

jest.setTimeout(120_000);

let database: ReplicatedDatabase;

beforeAll(async () => {
  database = await replicatedDatabase(1);
});

afterAll(async () => {
  await database.stop();
  await removeTemporaryDirectories();
});

describe('what was written is read back', () => {
  it.each([
    ['from a replica that follows', false],
    ['whatever becomes of the replica', true],
  ])('%s', async (_, disturbed) => {
    const { told, pairs, refusals, replicaReads } = await staleReads(database, {
      pairs: 500,
      writers: 10,
      seed: 7,
      disturbed,
    });
    expect(told).toEqual([]);
    // A list that nobody has come far enough for within a second is refused, as it may be on a busy machine.
    const { 'list position.not-reached': late = 0, ...others } = refusals;
    expect({ pairs, others }).toEqual({ pairs: 500, others: {} });
    expect(late).toBeLessThan(50);
    expect(replicaReads['answered']).toBeGreaterThan(0);
    if (disturbed) expect((replicaReads['behind'] ?? 0) + (replicaReads['failed'] ?? 0)).toBeGreaterThan(0);
  });
});
