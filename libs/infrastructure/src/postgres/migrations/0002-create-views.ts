import type { MigrationInterface, QueryRunner } from 'typeorm';

// A row a run. Fixed-width columns stand first, as in the log. Room is left in each page: a run that lives through
// several batches is rewritten beside itself, and no index hears of it while its status stays.
const RUNS = `
  create table runs (
    id                  uuid        not null,
    started_at          timestamptz not null,
    ended_at            timestamptz,
    due_at              timestamptz,
    version             int         not null,
    tasks_total         int         not null,
    tasks_ended         int         not null,
    definition_version  int,
    priority            int         not null,
    partition           smallint    not null,
    namespace           text        collate "C" not null,
    status              text        collate "C" not null,
    definition          text        collate "C" not null,
    definition_hash     text        not null,
    labels              jsonb       not null,
    error               json,
    primary key (namespace, id)
  ) with (fillfactor = 80)`;

// Every index costs on every run. A list over all statuses merges a few rows of each, so it needs none of its own, and
// counts read nothing but these two.
const RUNS_BY_STATUS = `create index runs_by_status on runs (namespace, status, started_at, id)`;
const RUNS_BY_DEFINITION = `
  create index runs_by_definition on runs (namespace, definition, status, started_at, id)`;

// For take-over, by a key that never changes, in an order that no other index has: the planner could take that one, and
// read all runs that ended. `due_at` is in no index, so it moves without any of them.
const RUNS_NOT_ENDED = `create index runs_not_ended on runs (partition, id, namespace) where ended_at is null`;

const OPEN_TASKS = `
  create table open_tasks (
    workflow   uuid        not null,
    since      timestamptz not null,
    due        timestamptz,
    ordinal    int         not null,
    attempt    int         not null,
    priority   int         not null,
    namespace  text        collate "C" not null,
    status     text        collate "C" not null,
    key        text        not null,
    type       text        collate "C" not null,
    worker     text,
    error      json,
    primary key (namespace, workflow, ordinal)
  ) with (fillfactor = 80)`;

const OPEN_TASKS_BY_STATUS = `
  create index open_tasks_by_status on open_tasks (namespace, status, since, workflow, ordinal)`;

const DEFINITIONS = `
  create table definitions (
    registered_at  timestamptz not null,
    version        int         not null,
    newest         boolean     not null,
    namespace      text        collate "C" not null,
    name           text        collate "C" not null,
    hash           text        not null,
    primary key (namespace, name, version)
  )`;

const DEFINITIONS_NEWEST = `
  create index definitions_newest on definitions (namespace, registered_at, name) where newest`;

// Not a view but a source: what runs refer to by hash, stored before they do.
const DEFINITION_CONTENTS = `
  create table definition_contents (
    namespace  text  collate "C" not null,
    hash       text  collate "C" not null,
    format     text  not null,
    document   json  not null,
    source     text  not null,
    primary key (namespace, hash)
  )`;

const WORKER_SESSIONS = `
  create table worker_sessions (
    last_seen_at  timestamptz not null,
    slots         int         not null,
    namespace     text        collate "C" not null,
    worker_id     text        collate "C" not null,
    transport     text        not null,
    types         json        not null,
    primary key (namespace, worker_id)
  ) with (fillfactor = 50)`;

/** The lists that are followed from the log, the contents of definitions, and the sessions of workers. */
export class CreateViews0002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const runs = [RUNS, RUNS_BY_STATUS, RUNS_BY_DEFINITION, RUNS_NOT_ENDED];
    const others = [OPEN_TASKS, OPEN_TASKS_BY_STATUS, DEFINITIONS, DEFINITIONS_NEWEST];
    for (const statement of [...runs, ...others, DEFINITION_CONTENTS, WORKER_SESSIONS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table worker_sessions, definition_contents, definitions, open_tasks, runs');
  }
}
