/**
 * How the embedded server runs. Given as arguments, so that no file in the data directory can make a commit less
 * durable; what stands here may change from one release to the next.
 */
export const serverSettings = {
  // Only this machine, only TCP: a socket file would need a directory that everybody may write to.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',

  // A commit that was acknowledged is on the disk.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',

  max_connections: '100',
  shared_buffers: '128MB',
  // Checkpoints rewrite whole pages into the WAL; rarer ones cost disk, and a longer recovery, instead of throughput.
  // Its compression stays off: these builds have only pglz for it, which slowed inserts and made the WAL no smaller.
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  // Many short statements: compiling them costs more than running them.
  jit: 'off',
  max_logical_replication_workers: '0',
  timezone: 'UTC',
  lc_messages: 'C',

  // The log goes to a file that we bound. Statements stay out of it: they carry payloads.
  log_destination: 'stderr',
  logging_collector: 'off',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %a ',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
} as const;
