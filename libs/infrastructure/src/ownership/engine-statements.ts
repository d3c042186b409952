/** Of advisory locks with two keys, those with this first one are partitions, and the second is the partition. */
export const PARTITION_LOCKS = 0x6f727265;

/** Run on the lane session: it records which backend holds this engine's locks. */
export const BEAT = `
  insert into engines (id, host, version, started_at, last_beat, backend_pid, backend_start)
  select $1::uuid, $2, $3, clock_timestamp(), clock_timestamp(), a.pid, a.backend_start
    from pg_stat_activity a where a.pid = pg_backend_pid()
  on conflict (id) do update
     set last_beat = excluded.last_beat, backend_pid = excluded.backend_pid, backend_start = excluded.backend_start`;

// The start time tells a backend from a later one that was given the same number.
export const SESSIONS = `
  engines e left join pg_stat_activity a on a.pid = e.backend_pid and a.backend_start = e.backend_start`;
export const BEATING = `e.last_beat >= clock_timestamp() - make_interval(secs => $1::float8 / 1000)`;

/** Every engine: whether its session is there, and whether it has beaten within so many milliseconds. */
export const LOOK = `select e.id, a.pid is not null as connected, ${BEATING} as beating from ${SESSIONS} order by e.id`;

/** Ends the sessions of engines that are silent: what they had begun is over, and their locks are free. */
export const END_SILENT = `
  select e.id, pg_terminate_backend(a.pid)
    from ${SESSIONS} where e.id = any($2::uuid[]) and a.pid is not null and not ${BEATING}`;

export const CLAIM = `
  select p from unnest($1::int4[]) as p where pg_try_advisory_lock(${PARTITION_LOCKS}, p)`;

export const LET_GO = `select pg_advisory_unlock(${PARTITION_LOCKS}, p) from unnest($1::int4[]) as p`;

export const WITHDRAW = 'delete from engines where id = $1::uuid';

/** Engines that ended without a word are remembered for a day. */
export const FORGET_OLD = `delete from engines where last_beat < clock_timestamp() - interval '1 day'`;
