import type { MigrationInterface, QueryRunner } from 'typeorm';

// A row for each run whose events are still to be removed: few, and soon gone.
const DELETED_RUNS = `
  create table deleted_runs (
    id          uuid        not null,
    deleted_at  timestamptz not null,
    version     int         not null,
    partition   smallint    not null,
    namespace   text        collate "C" not null,
    primary key (namespace, id)
  )`;
const DELETED_RUNS_BY_TIME = 'create index deleted_runs_by_time on deleted_runs (deleted_at, id)';

/** What is remembered of deleted runs until their events are gone, too. */
export class DeleteRuns0004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DELETED_RUNS);
    await runner.query(DELETED_RUNS_BY_TIME);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deleted_runs');
  }
}
