import type { MigrationInterface, QueryRunner } from 'typeorm';

const TAKES = `alter table engines add column takes text[] collate "C" not null default '{}'`;

// A row for each attempt that another process than its owner's is to do, or does: few, and soon gone.
const TASK_OFFERS = `
  create table task_offers (
    number      bigint      generated always as identity,
    offered_at  timestamptz not null default clock_timestamp(),
    workflow    uuid        not null,
    held_by     uuid,
    ordinal     int         not null,
    attempt     int         not null,
    partition   smallint    not null,
    cancelled   boolean     not null default false,
    namespace   text        collate "C" not null,
    type        text        collate "C" not null,
    lease_token text        not null,
    task        json,
    primary key (namespace, workflow, ordinal)
  ) with (fillfactor = 50)`;

/** What processes offer each other, and which tasks each of them takes. */
export class OfferTasks0005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TAKES);
    await runner.query(TASK_OFFERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table task_offers');
    await runner.query('alter table engines drop column takes');
  }
}
