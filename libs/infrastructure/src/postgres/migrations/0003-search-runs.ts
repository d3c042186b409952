import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type SearchedRun, searchVector } from '../../views/search-words.js';

const SEARCH = 'alter table runs add column search tsvector';
// What is written at once is merged into the index later, many entries together.
const RUNS_BY_SEARCH = 'create index runs_by_search on runs using gin (search)';
const REQUIRED = 'alter table runs alter column search set not null';

const RUNS_AT_ONCE = 5_000;
const NOT_SEARCHABLE = `
  select namespace, id, definition, labels, error from runs where search is null limit ${RUNS_AT_ONCE}`;
const MAKE_SEARCHABLE = `
  update runs r set search = f.search::tsvector
    from unnest($1::text[], $2::uuid[], $3::text[]) as f (namespace, id, search)
   where r.namespace = f.namespace and r.id = f.id`;

type Row = SearchedRun & { readonly namespace: string; readonly id: string };

/** What runs are found by, by their labels and by words. */
export class SearchRuns0003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SEARCH);
    for (;;) {
      const rows = (await runner.query(NOT_SEARCHABLE)) as readonly Row[];
      if (rows.length === 0) break;
      const column = (of: (row: Row) => string) => rows.map(of);
      const values = [column(({ namespace }) => namespace), column(({ id }) => id), column(searchVector)];
      await runner.query(MAKE_SEARCHABLE, values);
    }
    await runner.query(REQUIRED);
    await runner.query(RUNS_BY_SEARCH);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table runs drop column search');
  }
}
