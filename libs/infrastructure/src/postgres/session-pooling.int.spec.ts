import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { assertSessionPooling } from './session-pooling.js';
import { type TestDatabase, testDatabase } from './testing/test-database.js';
import { startTransactionPooler } from './testing/transaction-pooler.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase([]);
});

afterAll(async () => database.drop());

it('is content with the server itself', async () => {
  await assertSessionPooling(database.url);
});

it.each([
  { size: 1, lends: 'newest' },
  { size: 3, lends: 'newest' },
  { size: 2, lends: 'oldest' },
  { size: 3, lends: 'oldest' },
] as const)('refuses a pooler that lends $size connections, the $lends first, for a transaction', async (kind) => {
  const pooler = await startTransactionPooler(database.url, kind);
  await expect(assertSessionPooling(pooler.url)).rejects.toMatchObject({
    code: 'database.pooled',
    message: expect.stringContaining('pool_mode = session'),
  });
  await pooler.close();
});
