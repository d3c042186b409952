import { LONG } from '../postgres/pools.js';

/** A row of the log, in the order in which `commitOf` takes it. */
export const COMMIT_COLUMNS = `
  c.transaction_id, c.position, c.namespace, c.partition, c.stream_id, c.first_version, c.last_version,
  date_part('epoch', c.recorded_at) * 1000 as recorded_ms, c.hash, c.events, c.metadata`;

// Below this nothing can appear any more. The snapshot is the statement's own: what it does not see is not below.
const HORIZON_NOW = 'pg_snapshot_xmin(pg_current_snapshot())';

/**
 * A page of the log after a cursor ($1, $2): at most $3 rows, and no more of them than $5 bytes as stored hold (but
 * always one). Rows of partitions that are not in $4 come without payload, only to be passed; so does the first row
 * past the page, to tell that there is one.
 */
export const READ_LOG = {
  name: 'read-log',
  text: `
    select within, transaction_id, position, namespace, partition, stream_id, first_version, last_version,
           recorded_ms, hash, case when mine and within then events end, case when mine and within then metadata end
      from (select ${COMMIT_COLUMNS},
                   $4::int2[] is null or c.partition = any($4::int2[]) as mine,
                   row_number() over log_order <= $3::int
                   and sum(pg_column_size(c.events) + pg_column_size(c.metadata)) over log_order
                       - pg_column_size(c.events) - pg_column_size(c.metadata) <= $5::bigint as within
              from commits c
             where (c.transaction_id, c.position) > ($1::xid8, $2::bigint) and c.transaction_id < ${HORIZON_NOW}
            window log_order as (order by c.transaction_id, c.position rows unbounded preceding)
             order by c.transaction_id, c.position
             limit $3::int + 1) page
     order by transaction_id, position`,
};

// A stream's rows join without a gap, so those that hold events after a version begin with the last row that starts at
// or before it; the index finds both ends.
const AFTER_VERSION = `
  c.last_version > w.version and c.first_version >= coalesce(
    (select max(b.first_version) from commits b
      where b.namespace = w.namespace and b.stream_id = w.stream_id and b.first_version <= w.version), 0)`;

export const READ_STREAMS = {
  name: 'read-streams',
  text: `
    select ${COMMIT_COLUMNS}
      from unnest($1::text[], $2::uuid[], $3::int4[]) as w (namespace, stream_id, version)
           cross join lateral (
             select * from commits c
              where c.namespace = w.namespace and c.stream_id = w.stream_id and ${AFTER_VERSION}) c
     order by c.namespace, c.stream_id, c.first_version`,
};

/** The same, of each stream the first $4. */
export const READ_STREAM_PAGES = {
  name: 'read-stream-pages',
  text: `
    select ${COMMIT_COLUMNS}
      from unnest($1::text[], $2::uuid[], $3::int4[]) as w (namespace, stream_id, version)
           cross join lateral (
             select * from commits c
              where c.namespace = w.namespace and c.stream_id = w.stream_id and ${AFTER_VERSION}
              order by c.first_version
              limit $4::int4) c
     order by c.namespace, c.stream_id, c.first_version`,
};

export const READ_STREAM = {
  name: 'read-stream',
  text: `
    select ${COMMIT_COLUMNS}
      from (values ($1::text, $2::uuid, $3::int4)) as w (namespace, stream_id, version),
           commits c
     where c.namespace = w.namespace and c.stream_id = w.stream_id and ${AFTER_VERSION}
     order by c.first_version
     limit $4`,
};

/** One snapshot for all pages, of which the first takes its time: all of them are sorted for it. Who reads may take his time between two of them: no horizon waits for a reader. */
export const BEGIN_AHEAD = `
  begin isolation level repeatable read read only;
  set local statement_timeout = ${LONG.statementMs};
  set local idle_in_transaction_session_timeout = '60s'`;

/** Everything visible after each partition's own cursor, whether the horizon has passed it or not. */
export const DECLARE_AHEAD = `
  declare ahead no scroll cursor for
   select ${COMMIT_COLUMNS}
     from unnest($1::int2[], $2::xid8[], $3::bigint[]) as k (partition, transaction_id, position)
          join commits c on c.partition = k.partition
                        and (c.transaction_id, c.position) > (k.transaction_id, k.position)
    where (c.transaction_id, c.position) > ($4::xid8, $5::bigint)
    order by c.namespace, c.stream_id, c.first_version`;

export const FETCH_AHEAD = 'fetch 200 from ahead';

/** How many commits of each partition stand after one cursor and at or before another, once the horizon has passed that: from the index alone. */
export const COUNT_RANGE = {
  name: 'count-range',
  text: `
    select partition, count(*)
      from commits
     where (transaction_id, position) > ($1::xid8, $2::bigint) and (transaction_id, position) <= ($3::xid8, $4::bigint)
       and $3::xid8 < ${HORIZON_NOW}
     group by partition`,
};

/** One statement, so that of no stream a part is left. */
export const FORGET_ALL_BUT_LAST = `
  delete from commits c
   using unnest($1::text[], $2::uuid[]) as w (namespace, stream_id)
   where c.namespace = w.namespace and c.stream_id = w.stream_id
     and c.first_version < (select max(b.first_version) from commits b
                             where b.namespace = w.namespace and b.stream_id = w.stream_id)`;

// A prepared transaction holds the horizon as an open one does, and has no backend.
export const HORIZON = `
  select ${HORIZON_NOW},
         greatest(0, date_part('epoch', clock_timestamp() - min(began)) * 1000)
    from (select xact_start from pg_stat_activity where backend_xid is not null
          union all
          select prepared from pg_prepared_xacts) as open_writers (began)`;

// After a fail-over the control file (c) names the old timeline until the first checkpoint; the name of the file that is
// written to is right at once.
export const TIMELINE = `
  case when pg_is_in_recovery() then c.timeline_id
       else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
  end`;

export const EPOCH = `
  select s.system_identifier, ${TIMELINE} as timeline
    from pg_control_system() s, pg_control_checkpoint() c`;
