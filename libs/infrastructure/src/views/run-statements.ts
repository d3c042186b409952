import type { RunChange, StreamKey } from '@orrery/application';
import { Oid } from '../log/binary-arrays.js';
import type { Statement } from './pipeline.js';
import { errorVector, searchVector } from './search-words.js';
import { storableLabels } from './storable.js';
import type { ViewArrays } from './view-arrays.js';

export type StartedRun = RunChange & { readonly started: NonNullable<RunChange['started']> };

// No `on conflict`: a run starts once, and looking first costs a fifth more. See `PostgresViewWriter` for when it does not.
const INSERT_RUNS = {
  name: 'views-insert-runs',
  text: `
    insert into runs (namespace, id, partition, definition, definition_version, definition_hash, status, labels, priority,
                      started_at, ended_at, due_at, version, tasks_total, tasks_ended, error, search)
    select unnest($1::text[]), unnest($2::uuid[]), unnest($3::int2[]), unnest($4::text[]), unnest($5::int4[]),
           unnest($6::text[]), unnest($7::text[]), unnest($8::text[])::jsonb, unnest($9::int4[]),
           unnest($10::timestamptz[]), unnest($11::timestamptz[]), unnest($12::timestamptz[]), unnest($13::int4[]),
           unnest($14::int4[]), unnest($15::int4[]), unnest($16::json[]), unnest($17::text[])::tsvector`,
};

// Each row is looked up by its key and then changed in its place: a plain join would be planned while the table is
// small, to read all of it, and the plan would stay. A division by zero says that not every row was there and older.
const CHANGE_RUNS = {
  name: 'views-change-runs',
  text: `
    with changed as (
      update runs r
         set version = c.version,
             status = coalesce(c.status, r.status),
             ended_at = case when c.given & 1 = 0 then r.ended_at else c.ended_at end,
             error = case when c.given & 2 = 0 then r.error else c.error end,
             search = case when c.given & 2 = 0 then r.search
                           else ts_filter(r.search, '{d}') || c.error_words::tsvector end,
             tasks_total = r.tasks_total + c.tasks_added,
             tasks_ended = r.tasks_ended + c.tasks_ended
                           + case when r.error is null then c.tasks_ended_unless_stopping else 0 end,
             due_at = case when c.ended_at is null then least(r.due_at, c.due_at) end
        from (select c.*, (select x.ctid from runs x
                            where x.namespace = c.namespace and x.id = c.id and x.version < c.version) as place
                from unnest($1::text[], $2::uuid[], $3::int4[], $4::text[], $5::int4[], $6::timestamptz[], $7::json[],
                            $8::int4[], $9::int4[], $10::int4[], $11::timestamptz[], $12::text[])
                  as c (namespace, id, version, status, given, ended_at, error, tasks_added, tasks_ended,
                        tasks_ended_unless_stopping, due_at, error_words)
              offset 0) c
       where r.ctid = c.place
      returning 1
    )
    select 1 / (count(*) = cardinality($1::text[]))::int from changed`,
};
const GIVEN_ENDED_AT = 1;
const GIVEN_ERROR = 2;

const FORGET_RUNS = {
  name: 'views-forget-runs',
  text: `
    delete from runs
     where ctid = any(array(
       select r.ctid
         from unnest($1::text[], $2::uuid[]) as k (namespace, id)
        cross join lateral (
          select x.ctid from runs x where x.namespace = k.namespace and x.id = k.id offset 0) r))`,
};

// Without a name it is planned each time, for the table as it is.
const FIND_RUNS = `
  select r.*
    from unnest($1::text[], $2::uuid[]) as k (namespace, id)
   cross join lateral (
     select x.namespace, x.id, x.version, x.definition_hash
       from runs x where x.namespace = k.namespace and x.id = k.id offset 0) r`;

export interface FoundRun {
  readonly namespace: string;
  readonly id: string;
  readonly version: number;
  readonly definition_hash: string;
}

export function insertRuns(arrays: ViewArrays, runs: readonly StartedRun[]): Statement {
  const values = [
    arrays.words(runs, (run) => run.namespace),
    arrays.uuids(runs, (run) => run.stream),
    arrays.smallInts(runs, (run) => run.partition),
    arrays.words(runs, (run) => run.started.definition),
    arrays.maybeInts(runs, (run) => run.started.definitionVersion),
    arrays.words(runs, (run) => run.started.definitionHash),
    arrays.words(runs, (run) => run.status ?? 'running'),
    arrays.texts(Oid.text, runs, (run) => JSON.stringify(storableLabels(run.started.labels))),
    arrays.ints(runs, (run) => run.started.priority),
    arrays.times(runs, (run) => run.started.startedAt),
    arrays.times(runs, (run) => run.endedAt ?? null),
    arrays.times(runs, (run) => (run.endedAt == null ? (run.dueAt ?? null) : null)),
    arrays.ints(runs, (run) => run.version),
    arrays.ints(runs, (run) => run.started.tasksTotal + (run.tasksAdded ?? 0)),
    arrays.ints(runs, (run) => (run.tasksEnded ?? 0) + (run.tasksEndedUnlessStopping ?? 0)),
    arrays.json(runs, (run) => run.error ?? null),
    arrays.texts(Oid.text, runs, ({ started, error = null }) => searchVector({ ...started, error })),
  ];
  return { ...INSERT_RUNS, values };
}

export function changeRuns(arrays: ViewArrays, runs: readonly RunChange[]): Statement {
  const values = [
    arrays.words(runs, (run) => run.namespace),
    arrays.uuids(runs, (run) => run.stream),
    arrays.ints(runs, (run) => run.version),
    arrays.maybeWords(runs, (run) => run.status ?? null),
    arrays.ints(runs, given),
    arrays.times(runs, (run) => run.endedAt ?? null),
    arrays.json(runs, (run) => run.error ?? null),
    arrays.ints(runs, (run) => run.tasksAdded ?? 0),
    arrays.ints(runs, (run) => run.tasksEnded ?? 0),
    arrays.ints(runs, (run) => run.tasksEndedUnlessStopping ?? 0),
    arrays.times(runs, (run) => run.dueAt ?? null),
    arrays.texts(Oid.text, runs, ({ error = null }) => errorVector(error)),
  ];
  return { ...CHANGE_RUNS, values };
}

function given({ endedAt, error }: RunChange): number {
  return (endedAt === undefined ? 0 : GIVEN_ENDED_AT) + (error === undefined ? 0 : GIVEN_ERROR);
}

export function forgetRuns(arrays: ViewArrays, keys: readonly StreamKey[]): Statement {
  return { ...FORGET_RUNS, values: keysOf(arrays, keys) };
}

// What is remembered already stays as it is: the log is being read again.
const REMEMBER_DELETED = {
  name: 'views-remember-deleted',
  text: `
    insert into deleted_runs (namespace, id, partition, version, deleted_at)
    select unnest($1::text[]), unnest($2::uuid[]), unnest($3::int2[]), unnest($4::int4[]), unnest($5::timestamptz[])
    on conflict do nothing`,
};

export function rememberDeleted(arrays: ViewArrays, runs: readonly RunChange[]): Statement {
  const values = [
    ...keysOf(arrays, runs),
    arrays.smallInts(runs, (run) => run.partition),
    arrays.ints(runs, (run) => run.version),
    arrays.times(runs, (run) => run.deletedAt!),
  ];
  return { ...REMEMBER_DELETED, values };
}

export function findRuns(arrays: ViewArrays, keys: readonly StreamKey[]): Statement {
  return { text: FIND_RUNS, values: keysOf(arrays, keys) };
}

export function keysOf(arrays: ViewArrays, keys: readonly StreamKey[]): Buffer[] {
  return [arrays.words(keys, (key) => key.namespace), arrays.uuids(keys, (key) => key.stream)];
}
