import type { MigrationInterface, QueryRunner } from 'typeorm';

// A row a message that was set aside: few, but each stays. The message itself is in the log alone.
const DEAD_LETTERS = `
  create table dead_letters (
    id           uuid        not null,
    recorded_at  timestamptz not null,
    changed_at   timestamptz not null,
    bytes        int         not null,
    version      int         not null,
    partition    smallint    not null,
    namespace    text        collate "C" not null,
    status       text        collate "C" not null,
    queue        text        not null,
    reason       text        not null,
    detail       text        not null,
    type         text,
    message_id   text,
    primary key (namespace, id)
  )`;
const DEAD_LETTERS_BY_STATUS = `
  create index dead_letters_by_status on dead_letters (namespace, status, recorded_at, id)`;

/** The list of dead letters. */
export class ListDeadLetters0006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEAD_LETTERS);
    await runner.query(DEAD_LETTERS_BY_STATUS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters');
  }
}
