import { describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import type { Pool } from 'pg';
import { COUNT_RUNS, LIST_RUNS, SEARCH_RUNS } from './list-statements.js';
import { PostgresViewReader } from './postgres-view-reader.js';
import { emptyDatabase } from './testing/postgres-views.js';

const database = emptyDatabase();

/** Of twenty definitions; every second run is of the team `sky`, and one in ten thousand says why it failed. */
const FILL = `
  insert into runs (id, namespace, partition, definition, definition_hash, status, labels, priority, started_at,
                    ended_at, version, tasks_total, tasks_ended, search)
  select (to_hex(n + x'abc00000'::bigint) || '-0000-7000-8000-000000000000')::uuid, 'default', n % 16, 'order' || n % 20, 'hash',
         case when n % 10000 = 0 then 'failed' else 'completed' end, '{}', 1,
         '2030-01-01'::timestamptz - n * interval '1 second', '2030-01-01', 1, 1, 1,
         case when n % 2 = 0 then $$'=team':1 '=team:sky':1$$ else $$'=team':1 '=team:sea':1$$ end::tsvector
         || case when n % 10000 = 0 then $$'declined':1A$$ else '' end::tsvector
    from generate_series(1, 1000000) n`;
const INDEXES = `select indexdef from pg_indexes where tablename = 'runs' and indexname <> 'runs_pkey'`;
const BEFORE =
  'drop index runs_by_status, runs_by_definition, runs_not_ended, runs_by_search; alter table runs set unlogged';

/** Fills the table without its indexes, and then makes them: that is faster. */
async function fill(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ indexdef: string }>(INDEXES);
  for (const statement of [BEFORE, FILL, ...rows.map(({ indexdef }) => indexdef), 'vacuum analyze runs']) {
    await pool.query(statement);
  }
}

async function planOf(pool: Pool, text: string, values: readonly unknown[]): Promise<string> {
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const ENDED = ['completed', 'failed', 'compensated', 'cancelled'];
const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const listed = ['default', 51, [], Infinity, LEAST_ID, ENDED, -Infinity, null, Infinity];
const counted = ['default', ENDED, -Infinity, Infinity, null, Infinity];
/** The query for labels, that for words, and ids from and to. */
const searches: [string, (string | null)[]][] = [
  ['a word that few have', [null, "'declined':*", null, null]],
  ['a word that nobody has', [null, "'nobody':*", null, null]],
  ['two labels', ["'=team:sky' & '=nobody'", null, null, null]],
  [
    'a word or an id',
    [null, "'abc1234':*", 'abc12340-0000-0000-0000-000000000000', 'abc1234f-ffff-ffff-ffff-ffffffffffff'],
  ],
];

describe('A search among a million runs', () => {
  it('asks the index, whatever it looks for, and finds it', async () => {
    const pool = await database();
    await fill(pool);
    for (const [what, values] of searches) {
      const plans = [
        await planOf(pool, SEARCH_RUNS, [...listed, ...values]),
        await planOf(pool, COUNT_RUNS, [...counted, ...values, []]),
      ];
      for (const plan of plans) {
        expect([what, plan]).toEqual([what, expect.stringContaining('Bitmap Index Scan on runs_by_search')]);
        expect([what, plan]).toEqual([what, expect.not.stringContaining('Seq Scan on runs')]);
      }
    }
    expect(await planOf(pool, LIST_RUNS, listed)).toContain('runs_by_status');

    const reader = new PostgresViewReader(pool);
    const filter = { namespace: DEFAULT_NAMESPACE, q: 'declined', labels: [{ name: 'team', value: 'sky' }] };
    expect(await reader.countRuns(filter)).toMatchObject({ counts: { failed: 100 } });
    const page = await reader.listRuns(filter, { limit: 60 });
    const rest = await reader.listRuns(filter, { limit: 60, cursor: page.nextCursor! });
    expect([page.items.length, rest.items.length, rest.nextCursor]).toEqual([60, 40, null]);
  }, 120_000);
});
