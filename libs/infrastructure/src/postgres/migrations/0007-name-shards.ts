import type { MigrationInterface, QueryRunner } from 'typeorm';

// Fixed when the database is first used, as the number of partitions is. A database that has all of them has no name.
const SHARD = `
  alter table installation
    add column shard      text   collate "C",
    add column shards     text[] collate "C",
    add column shard_set  uuid,
    add constraint installation_shard check (
      (shard is null) = (shards is null) and (shard is null) = (shard_set is null) and shard = any (shards))`;

/** Which of several databases a database is, where they have the partitions between them. */
export class NameShards0007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SHARD);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table installation drop column shard, drop column shards, drop column shard_set');
  }
}
