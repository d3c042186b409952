import { VIEWS_FOLLOWER } from '@orrery/application';
import { deadLetterColumns, ms, openTaskColumns, runColumns } from './rows.js';

// None of these has a name for the server: each is planned when it is asked, with its values, for the tables as they
// are then. In all of them $1 is the namespace.

/** A time that was given in milliseconds since the epoch, or as infinity. */
const time = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;

// The checkpoints are read by the statement that reads the rows, so they are of the same snapshot and tell what those
// know; where there are no rows they are told, too.
const withCheckpoints = (rows: string, partitions: string) => `
  with found as (${rows})
  select (select json_object_agg(c.partition, json_build_array(c.transaction_id::text, c.position::text))
            from checkpoints c
           where c.follower = '${VIEWS_FOLLOWER}' and c.partition = any(${partitions}::int2[])) as checkpoints, f.*
    from (select) as one
    left join (select true as is_item, found.* from found) f on true`;

/** $2 is how many rows, $3 the partitions. */
const pageOf = (rows: string, order: string) => `
  ${withCheckpoints(`${rows} order by ${order} limit $2`, '$3')}
   order by ${order}`;

// A page of each status, merged: the index of each filter gives them in order.
const runsBetween = (after: string, endedBefore: string) => `
  x.started_at > ${time(after)} and (${time(endedBefore)} = 'infinity' or x.ended_at < ${time(endedBefore)})`;

/** $2 are ids. */
export const RUNNING_AMONG = `select id from runs where namespace = $1 and id = any($2::uuid[]) and ended_at is null`;

/** $4 and $5 the key, $6 statuses, $7 started after, $8 the definition or null, $9 ended before. */
export const LIST_RUNS = pageOf(
  `select r.*
     from unnest($6::text[]) as s (status)
    cross join lateral (
      select ${runColumns('x')}
        from runs x
       where x.namespace = $1 and x.status = s.status and ($8::text is null or x.definition = $8)
         and ${runsBetween('$7', '$9')}
         and (x.started_at, x.id) < (${time('$4')}, $5::uuid)
       order by x.started_at desc, x.id desc limit $2) r`,
  'started desc, id desc',
);

const found = (labels: string, words: string, ids: readonly [string, string]) => `
  (${labels}::text is null or x.search @@ ${labels}::tsquery)
  and (${words}::text is null or x.search @@ ${words}::tsquery or x.id between ${ids[0]}::uuid and ${ids[1]}::uuid)`;

// All that are found, then sorted: who walks through the runs in their order until a page is full may walk through all
// of them. The search's own index finds them; without `offset 0` the planner may think that a page is full soon.
/** As `LIST_RUNS`, and $10 the query for labels or null, $11 that for words or null, $12 and $13 ids from and to. */
export const SEARCH_RUNS = pageOf(
  `select * from (
     select ${runColumns('x')}
       from runs x
      where x.namespace = $1 and x.status = any($6::text[]) and ($8::text is null or x.definition = $8)
        and ${runsBetween('$7', '$9')}
        and (x.started_at, x.id) < (${time('$4')}, $5::uuid)
        and ${found('$10', '$11', ['$12', '$13'])}
     offset 0) r`,
  'started desc, id desc',
);

/**
 * $2 statuses, $3 and $4 started after and before, $5 the definition or null, $6 ended before, $7 to $10 the search, $11
 * the partitions.
 */
export const COUNT_RUNS = withCheckpoints(
  `select x.status, count(*)::int as count
    from runs x
   where x.namespace = $1 and x.status = any($2::text[]) and ($5::text is null or x.definition = $5)
     and ${runsBetween('$3', '$6')} and x.started_at < ${time('$4')}
     and ${found('$7', '$8', ['$9', '$10'])}
   group by x.status`,
  '$11',
);

/** $4, $5 and $6 the key, $7 statuses, $8 the type or null. */
export const LIST_TASKS = pageOf(
  `select t.*
     from unnest($7::text[]) as s (status)
    cross join lateral (
      select x.workflow, ${openTaskColumns('x')}
        from open_tasks x
       where x.namespace = $1 and x.status = s.status and ($8::text is null or x.type = $8)
         and (x.since, x.workflow, x.ordinal) < (${time('$4')}, $5::uuid, $6::int4)
       order by x.since desc, x.workflow desc, x.ordinal desc limit $2) t`,
  'since desc, workflow desc, ordinal desc',
);

// What has items, or is a run of its own, is running and in nobody's hands.
export const COUNT_WORK = `
  select type, case status when 'running' then worker end as worker, count(*)::int as count, ${ms('min(since)')} as oldest
    from open_tasks
   where namespace = $1 and (status = 'queued' or status = 'running' and worker is not null)
   group by 1, 2`;

/** $4 and $5 the key. */
export const LIST_DEFINITIONS = pageOf(
  `select name, version, hash, ${ms('registered_at')} as registered
     from definitions
    where namespace = $1 and newest and (registered_at, name) < (${time('$4')}, $5::text)`,
  'registered desc, name desc',
);

/** $4 and $5 the key, $6 statuses. */
export const LIST_DEAD_LETTERS = pageOf(
  `select d.*
     from unnest($6::text[]) as s (status)
    cross join lateral (
      select ${deadLetterColumns('x')}
        from dead_letters x
       where x.namespace = $1 and x.status = s.status and (x.recorded_at, x.id) < (${time('$4')}, $5::uuid)
       order by x.recorded_at desc, x.id desc limit $2) d`,
  'recorded desc, id desc',
);
