import { VIEWS_FOLLOWER } from '@orrery/application';
import { ms, openTaskColumns, runColumns } from './rows.js';

// None of these has a name for the server: each is planned when it is asked, with its values, for the tables as they
// are then. In all of them $1 is the namespace.

/** A time that was given in milliseconds since the epoch, or as infinity. */
const time = (parameter: string) => `to_timestamp(${parameter}::float8 / 1000)`;

// The checkpoints are read by the statement that reads the rows, so they are of the same snapshot and tell what those
// know; a page without rows tells them, too. $2 is how many rows, $3 the partitions.
const withCheckpoint = (page: string, order: string) => `
  with page as (${page} order by ${order} limit $2)
  select (select json_object_agg(c.partition, json_build_array(c.transaction_id::text, c.position::text))
            from checkpoints c
           where c.follower = '${VIEWS_FOLLOWER}' and c.partition = any($3::int2[])) as checkpoints, p.*
    from (select) as one
    left join (select true as is_item, page.* from page) p on true
   order by ${order}`;

// A page of each status, merged: the index of each filter gives them in order.
/** $4 and $5 the key, $6 statuses, $7 started after, $8 the definition or null. */
export const LIST_RUNS = withCheckpoint(
  `select r.*
     from unnest($6::text[]) as s (status)
    cross join lateral (
      select ${runColumns('x')}
        from runs x
       where x.namespace = $1 and x.status = s.status and ($8::text is null or x.definition = $8)
         and x.started_at > ${time('$7')}
         and (x.started_at, x.id) < (${time('$4')}, $5::uuid)
       order by x.started_at desc, x.id desc limit $2) r`,
  'started desc, id desc',
);

/** $2 statuses, $3 and $4 started after and before, $5 the definition or null. */
export const COUNT_RUNS = `
  select status, count(*)::int as count
    from runs
   where namespace = $1 and status = any($2::text[]) and ($5::text is null or definition = $5)
     and started_at > ${time('$3')} and started_at < ${time('$4')}
   group by status`;

/** $4, $5 and $6 the key, $7 statuses, $8 the type or null. */
export const LIST_TASKS = withCheckpoint(
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

/** $4 and $5 the key. */
export const LIST_DEFINITIONS = withCheckpoint(
  `select name, version, hash, ${ms('registered_at')} as registered
     from definitions
    where namespace = $1 and newest and (registered_at, name) < (${time('$4')}, $5::text)`,
  'registered desc, name desc',
);
