import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { START } from '@orrery/application';
import { Pool } from 'pg';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { moveCheckpoints } from './checkpoint-statements.js';
import { checkpointsContract } from './checkpoints.contract.js';
import { PostgresCheckpoints } from './postgres-checkpoints.js';

checkpointsContract('PostgresCheckpoints', async () => {
  const { url, drop } = await testDatabase();
  const pool = new Pool({ connectionString: url });
  return {
    checkpoints: new PostgresCheckpoints(pool),
    close: async () => {
      await pool.end();
      await drop();
    },
  };
});

describe('moveCheckpoints, in a transaction of the caller', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase();
    pool = new Pool({ connectionString: database.url });
    await pool.query('create table written (what text)');
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('writes with the move or not at all', async () => {
    const to = { transactionId: 5n, position: 7n };
    const write = async (what: string) => {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into written values ($1)', [what]);
      const moved = await moveCheckpoints(client, 'runs', [{ partition: 0, from: START, to }]);
      await client.query(moved ? 'commit' : 'rollback');
      client.release();
      return moved;
    };
    expect(await write('first')).toBe(true);
    expect(await write('second')).toBe(false);
    expect((await pool.query('select what from written')).rows).toEqual([{ what: 'first' }]);
  });
});
