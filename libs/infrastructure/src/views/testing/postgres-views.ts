import { afterAll, beforeAll } from '@jest/globals';
import { Pool } from 'pg';
import { type TestDatabase, testDatabase } from '../../postgres/testing/index.js';

const TABLES = [
  'runs',
  'deleted_runs',
  'open_tasks',
  'definitions',
  'dead_letters',
  'definition_contents',
  'worker_sessions',
  'checkpoints',
];
// Of a few rows, and often: faster than to truncate.
const EMPTY = TABLES.map((table) => `delete from ${table}`).join('; ');

/** A database for a test file, and a pool whose connections pipeline. Gives the pool, with the tables empty. */
export function emptyDatabase(): () => Promise<Pool> {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase();
    pool = new Pool({ connectionString: database.url, pipeline: true });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  return async () => {
    await pool.query(EMPTY);
    return pool;
  };
}
