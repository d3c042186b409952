import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { checkOut, onConnection } from './on-connection.js';
import { type TestDatabase, testDatabase } from './testing/index.js';

let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.url });
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

it('outlives a connection that breaks while its user asks nothing of it', async () => {
  const { client, release } = await checkOut(pool);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
  await ended;
  await expect(client.query('select 1')).rejects.toThrow();
  release(new Error('it broke'));
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

it('gives a connection back, and closes one on which something failed', async () => {
  const pidOf = () =>
    onConnection(pool, async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid as number);
  const first = await pidOf();
  expect(await pidOf()).toBe(first);
  await expect(onConnection(pool, (client) => client.query('no statement'))).rejects.toThrow('syntax error');
  expect(await pidOf()).not.toBe(first);
});
