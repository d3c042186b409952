import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { Pool } from 'pg';
import { PostgresViewReader } from '../../views/postgres-view-reader.js';
import { migrate } from '../migrate.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { migrations } from './index.js';

// Some more than are made searchable at once.
const FILL = `
  insert into runs (id, namespace, partition, definition, definition_hash, status, labels, priority, started_at, version,
                    tasks_total, tasks_ended, error)
  select (to_hex(n + x'abc00000'::bigint) || '-0000-7000-8000-000000000000')::uuid, 'default', 1, 'order-fulfilment', 'x',
         'failed', '{"team": "sky''s"}', 1, now(), 1, 1, 1, '{"code": "card.declined", "message": "no"}'
    from generate_series(1, 5001) n`;

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await testDatabase(migrations.slice(0, 2));
  pool = new Pool({ connectionString: database.url });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

describe('SearchRuns0003', () => {
  it('makes runs searchable that were there before', async () => {
    await pool.query(FILL);
    expect(await migrate(database.url)).toMatchObject({ unknown: [] });
    const reader = new PostgresViewReader(pool);
    const labels = [{ name: 'team', value: "sky's" }];
    const { counts } = await reader.countRuns({ namespace: DEFAULT_NAMESPACE, labels, q: 'declined fulfil' });
    expect(counts).toEqual({ failed: 5_001 });
  });
});
