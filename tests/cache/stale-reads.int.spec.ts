import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  type ReplicatedDatabase,
  removeTemporaryDirectories,
  replicatedDatabase,
} from '@orrery/infrastructure/testing';
import { describePrivateRedis } from '@orrery/infrastructure/testing/describe-redis';
import { type PrivateRedis, startPrivateRedis } from '@orrery/infrastructure/testing/redis';
import { staleReads } from '../replicas/support/stale-reads.js';

jest.setTimeout(120_000);

describePrivateRedis('what was written is read back, with a Redis in front of the replica', () => {
  let database: ReplicatedDatabase;
  let redis: PrivateRedis;

  beforeAll(async () => {
    database = await replicatedDatabase(1);
    redis = await startPrivateRedis();
  });
  afterAll(async () => {
    await redis.remove();
    await database.stop();
    await removeTemporaryDirectories();
  });

  it.each([
    ['that is well', false],
    ['whatever becomes of both', true],
  ])('%s', async (_, disturbed) => {
    const { told, pairs, refusals, cacheReads } = await staleReads(database, {
      pairs: 500,
      writers: 10,
      seed: 11,
      disturbed,
      redis,
    });
    expect(told).toEqual([]);
    // A list that nobody has come far enough for within a second is refused, as it may be on a busy machine.
    const { 'list position.not-reached': late = 0, ...others } = refusals;
    expect({ pairs, others }).toEqual({ pairs: 500, others: {} });
    expect(late).toBeLessThan(50);
    expect(cacheReads['redis miss']).toBeGreaterThan(0);
  });
});
