import { BEATING, SESSIONS } from '../ownership/engine-statements.js';

export const OFFERS_CHANNEL = 'orrery_offers';

export const DECLARE = 'update engines set takes = $2::text[] where id = $1::uuid';

/** The queues of other engines whose session is there and that have beaten within so many milliseconds. */
export const TAKERS = `
  select distinct unnest(e.takes) as queue from ${SESSIONS} where a.pid is not null and ${BEATING} and e.id <> $2::uuid`;

/** What is not held by whoever offers it is told to all. */
export const OFFER = `
  with offered as (
    insert into task_offers (namespace, workflow, ordinal, attempt, partition, type, lease_token, task, held_by)
    select o.namespace, o.workflow, o.ordinal, o.attempt, o.partition, o.type, o."leaseToken", o.task,
           case when o.task is null then $2::uuid end
      from json_to_recordset($1::json) as o (namespace text, workflow uuid, ordinal int, attempt int, partition smallint,
                                             type text, "leaseToken" text, task json)
    on conflict (namespace, workflow, ordinal) do update
       set (attempt, partition, type, lease_token, task, held_by, cancelled, offered_at) = (
         excluded.attempt, excluded.partition, excluded.type, excluded.lease_token, excluded.task, excluded.held_by,
         false, clock_timestamp())
    returning held_by
  )
  select pg_notify('${OFFERS_CHANNEL}', '') from offered where held_by is null limit 1`;

/** Takes what nobody holds; what somebody else is about to take is passed over. */
export const TAKE = `
  update task_offers taken set held_by = $1::uuid
    from (select namespace, workflow, ordinal from task_offers
           where held_by is null and not cancelled and namespace || '/' || type = any($2::text[])
           order by number limit $3 for update skip locked) as free
   where (taken.namespace, taken.workflow, taken.ordinal) = (free.namespace, free.workflow, free.ordinal)
  returning taken.number, taken.task,
            (extract(epoch from clock_timestamp() - taken.offered_at) * 1000)::float8 as "waitedMs"`;

const STATE = `
  o.namespace, o.workflow, o.ordinal, o.attempt, o.partition, o.type, o.lease_token as "leaseToken", o.cancelled`;

/** What is offered in some partitions, and by whom it is held: by nobody, by the engine that asks, by another. */
export const OFFERS_OF = `
  select ${STATE},
         case when o.held_by is null then 'nobody' when o.held_by = $2::uuid then 'this process'
              when a.pid is not null then 'another' else 'one that is gone' end as holder
    from task_offers o
    left join engines e on e.id = o.held_by
    left join pg_stat_activity a on a.pid = e.backend_pid and a.backend_start = e.backend_start
   where o.partition = any($1::int2[]) order by o.number`;

export const HELD = `
  select ${STATE}, 'this process' as holder from task_offers o where o.held_by = $1::uuid order by o.number`;

const THESE = `
  (namespace, workflow, ordinal, attempt) in (
    select * from unnest($1::text[], $2::uuid[], $3::int4[], $4::int4[]))`;
export const PUT_BACK = `update task_offers set held_by = null where ${THESE} and held_by = $5::uuid and task is not null`;
export const CANCEL = `update task_offers set cancelled = true where ${THESE}`;
export const REMOVE = `delete from task_offers where ${THESE}`;
export const WITHDRAW = `
  delete from task_offers where ${THESE} and held_by is null returning namespace, workflow, ordinal, attempt`;
