import type { OpenTask, StreamKey } from '@orrery/application';
import type { Statement } from './pipeline.js';
import { keysOf } from './run-statements.js';
import type { ViewArrays } from './view-arrays.js';

export type TaskRow = StreamKey & { readonly task: OpenTask };
export type TaskPlace = StreamKey & { readonly ordinal: number };

const UPSERT_TASKS = {
  name: 'views-upsert-tasks',
  text: `
    insert into open_tasks (namespace, workflow, ordinal, key, type, status, attempt, priority, since, due, worker, error)
    select unnest($1::text[]), unnest($2::uuid[]), unnest($3::int4[]), unnest($4::text[]), unnest($5::text[]),
           unnest($6::text[]), unnest($7::int4[]), unnest($8::int4[]), unnest($9::timestamptz[]),
           unnest($10::timestamptz[]), unnest($11::text[]), unnest($12::json[])
    on conflict (namespace, workflow, ordinal) do update
       set (key, type, status, attempt, priority, since, due, worker, error) = (
         excluded.key, excluded.type, excluded.status, excluded.attempt, excluded.priority, excluded.since,
         excluded.due, excluded.worker, excluded.error)`,
};

// As with runs: found one by one by the key, so that no plan made for a small table can read a big one.
const CLOSE_TASKS = {
  name: 'views-close-tasks',
  text: `
    delete from open_tasks
     where ctid = any(array(
       select t.ctid
         from unnest($1::text[], $2::uuid[], $3::int4[]) as k (namespace, workflow, ordinal)
        cross join lateral (
          select x.ctid from open_tasks x
           where x.namespace = k.namespace and x.workflow = k.workflow and x.ordinal = k.ordinal
          offset 0) t))`,
};

const deleteOfRuns = (which: string) => `
  delete from open_tasks
   where ctid = any(array(
     select t.ctid
       from unnest($1::text[], $2::uuid[]) as k (namespace, workflow)
      cross join lateral (
        select x.ctid from open_tasks x
         where x.namespace = k.namespace and x.workflow = k.workflow ${which}
        offset 0) t))`;

const DROP_OPEN_TASKS = { name: 'views-drop-open-tasks', text: deleteOfRuns(`and x.status <> 'failed'`) };
const FORGET_TASKS = { name: 'views-forget-tasks', text: deleteOfRuns('') };

export function upsertTasks(arrays: ViewArrays, rows: readonly TaskRow[]): Statement {
  const values = [
    ...keysOf(arrays, rows),
    arrays.ints(rows, ({ task }) => task.ordinal),
    arrays.words(rows, ({ task }) => task.key),
    arrays.words(rows, ({ task }) => task.type),
    arrays.words(rows, ({ task }) => task.status),
    arrays.ints(rows, ({ task }) => task.attempt),
    arrays.ints(rows, ({ task }) => task.priority),
    arrays.times(rows, ({ task }) => task.since),
    arrays.times(rows, ({ task }) => task.due),
    arrays.maybeWords(rows, ({ task }) => task.worker),
    arrays.json(rows, ({ task }) => task.error),
  ];
  return { ...UPSERT_TASKS, values };
}

export function closeTasks(arrays: ViewArrays, places: readonly TaskPlace[]): Statement {
  return { ...CLOSE_TASKS, values: [...keysOf(arrays, places), arrays.ints(places, ({ ordinal }) => ordinal)] };
}

/** Every task of these runs that has not failed. */
export function dropOpenTasks(arrays: ViewArrays, runs: readonly StreamKey[]): Statement {
  return { ...DROP_OPEN_TASKS, values: keysOf(arrays, runs) };
}

/** Every task of these runs. */
export function forgetTasks(arrays: ViewArrays, runs: readonly StreamKey[]): Statement {
  return { ...FORGET_TASKS, values: keysOf(arrays, runs) };
}
