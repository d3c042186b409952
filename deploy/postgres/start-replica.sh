#!/bin/bash
# A streaming replica of the primary that PGHOST, PGUSER and PGPASSWORD name: copied once, then followed for as long as it lives.
# Its arguments are those of its server.
set -euo pipefail
volume=${PGDATA:-/var/lib/postgresql/data}
cluster=$volume/replica
# A copy has this name when it is whole, and not before: one that was broken off is made anew.
if [ ! -d "$cluster" ]; then
  copy=$volume/copy
  rm -rf "$copy"
  # A slot keeps what the replica has not read yet, at most 4 GB of it: a replica that is gone must not fill the disk. One
  # from before may have lost what it kept.
  psql -c "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'replica'" \
    -c "select pg_create_physical_replication_slot('replica')" \
    -c "alter system set max_slot_wal_keep_size = '4GB'" -c 'select pg_reload_conf()'
  pg_basebackup -D "$copy" --write-recovery-conf --wal-method=stream --slot=replica --checkpoint=fast
  mv "$copy" "$cluster"
fi
exec postgres -D "$cluster" -c hot_standby=on -c hot_standby_feedback=off "$@"
