import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { BEAT } from '../ownership/engine-statements.js';
import { testDatabase } from '../postgres/testing/index.js';
import { PostgresTaskOffers } from './postgres-task-offers.js';
import { taskOffersContract } from './task-offers.contract.js';

/** An engine as its peers see it: a row, and the session that it names. */
async function beat(url: string) {
  const id = randomUUID();
  const session = new Client(url);
  session.on('error', () => undefined);
  await session.connect();
  await session.query(BEAT, [id, 'here', '1']);
  return { id, session };
}

taskOffersContract('PostgresTaskOffers', async () => {
  const { url, drop } = await testDatabase();
  const pool = new Pool({ connectionString: url });
  const engines = [await beat(url), await beat(url), await beat(url)];
  const [owner, other, mortal] = engines.map(({ id }) => new PostgresTaskOffers(pool, id, url));
  return {
    ...{ owner: owner!, other: other!, mortal: mortal! },
    die: () => engines[2]!.session.end(),
    close: async () => {
      await Promise.all(engines.map(({ session }) => session.end().catch(() => undefined)));
      await pool.end();
      await drop();
    },
  };
});

describe('An offer that waited', () => {
  it('gives its taker the whole time, from when it is taken', async () => {
    const { url, drop } = await testDatabase();
    const pool = new Pool({ connectionString: url });
    const offers = new PostgresTaskOffers(pool, randomUUID(), url);
    await pool.query(`
      insert into task_offers (offered_at, workflow, ordinal, attempt, partition, namespace, type, lease_token, task)
      values (now() - interval '1 hour', '5eed0002-0000-4000-8000-000000000001', 0, 1, 0, 'default', 'ship', '1.x',
              '{"deadline": 1000000}')`);
    const [task] = await offers.take(['default/ship'], 1);
    expect(task!.deadline).toBeGreaterThanOrEqual(1_000_000 + 3_600_000);
    await pool.end();
    await drop();
  });
});
