/**
 * Sets the limits of a session and tells who it is. The server drops it when its other end has been silent for about
 * ten seconds, so that the locks of a machine that is gone are free again. A commit is never reported before it is on
 * disk, whatever the database's default says.
 */
export const SETTLE = `
  select pg_backend_pid(), (extract(epoch from a.backend_start) * 1000000)::bigint, pg_is_in_recovery(),
         set_config('statement_timeout', $1, false),
         set_config('lock_timeout', $2, false),
         set_config('idle_in_transaction_session_timeout', $1, false),
         set_config('tcp_keepalives_idle', '4', false),
         set_config('tcp_keepalives_interval', '2', false),
         set_config('tcp_keepalives_count', '3', false),
         set_config('tcp_user_timeout', '10000', false),
         set_config('synchronous_commit',
                    case current_setting('synchronous_commit') when 'off' then 'on'
                    else current_setting('synchronous_commit') end, false)
    from pg_stat_activity a where a.pid = pg_backend_pid()`;

/** Ends a backend and waits until it is gone. No row: there is none. The start time tells it from another's later pid. */
export const END_BACKEND = `
  select pg_terminate_backend(pid, 5000)
    from pg_stat_activity
   where pid = $1::int and (extract(epoch from backend_start) * 1000000)::bigint = $2::bigint`;

export const PING = 'select 1';
