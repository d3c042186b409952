import type { MigrationInterface, QueryRunner } from 'typeorm';

// The fixed-width columns stand first, so that no row pays for padding. `json`, not `jsonb`: nothing is asked of the
// payload here, and `json` is stored as it came, which the hash chain needs.
const COMMITS = `
  create table commits (
    position        bigint      not null generated always as identity,
    transaction_id  xid8        not null default pg_current_xact_id(),
    recorded_at     timestamptz not null default clock_timestamp(),
    stream_id       uuid        not null,
    first_version   int         not null,
    last_version    int         not null,
    partition       smallint    not null,
    namespace       text        collate "C" not null,
    hash            bytea       not null,
    events          json        not null,
    metadata        json        not null,
    constraint commits_first_version unique (namespace, stream_id, first_version)
  )`;

// The log's own order. The partition is in it so that a range can be counted partition by partition from the index.
const LOG_ORDER = `create index commits_log_order on commits (transaction_id, position, partition)`;

// Not every build has lz4; the one that has not keeps pglz.
const COMPRESSION = `
  do $$
  begin
    alter table commits alter column events set compression lz4, alter column metadata set compression lz4;
  exception when feature_not_supported then null;
  end $$`;

// One line an event, for people and checkers. An escape such as \\u0000 cannot be turned into text, and would fail the
// whole line: where there is any, the type is read from a copy without them (a type has none).
const EVENTS = `
  create view events as
  select c.position, c.transaction_id, c.namespace, c.partition, c.stream_id,
         c.first_version + (e.ordinal - 1)::int as version,
         case when strpos(e.event::text, '\\u') = 0 then e.event
              else regexp_replace(e.event::text, '\\\\u[0-9a-fA-F]{4}', '\\\\n', 'g')::json
         end ->> 'type' as type,
         e.event, c.recorded_at
    from commits c cross join lateral json_array_elements(c.events) with ordinality as e (event, ordinal)`;

const CHECKPOINTS = `
  create table checkpoints (
    follower        text     collate "C" not null,
    partition       smallint not null,
    transaction_id  xid8     not null,
    position        bigint   not null,
    primary key (follower, partition)
  ) with (fillfactor = 50)`;

const SNAPSHOTS = `
  create table snapshots (
    stream_id  uuid  not null,
    version    int   not null,
    namespace  text  collate "C" not null,
    schema     text  not null,
    hash       bytea not null,
    state      json  not null,
    primary key (namespace, stream_id)
  )`;

// Which backend an engine's lane session is, so that a peer can end it when it no longer beats.
const ENGINES = `
  create table engines (
    id             uuid        primary key,
    host           text        not null,
    version        text        not null,
    started_at     timestamptz not null,
    last_beat      timestamptz not null,
    backend_pid    int         not null,
    backend_start  timestamptz not null
  ) with (fillfactor = 50)`;

// The one row that says what this database is: how many partitions, and in which cluster its transaction ids count.
const INSTALLATION = `
  create table installation (
    only_row           boolean     primary key default true check (only_row),
    partitions         smallint    not null check (partitions between 1 and 1024),
    system_identifier  bigint      not null,
    timeline           int         not null,
    installed_at       timestamptz not null default clock_timestamp()
  )`;

/** The log, and what is kept of how far it has been read and who works on it. */
export class CreateLog0001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [COMMITS, LOG_ORDER, COMPRESSION, EVENTS, CHECKPOINTS, SNAPSHOTS, ENGINES, INSTALLATION]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table installation, engines, snapshots, checkpoints');
    await runner.query('drop table commits cascade');
  }
}
