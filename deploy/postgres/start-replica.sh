#!/bin/bash
# A streaming replica of `postgres`: copied when the data directory is empty, then followed for as long as it lives.
set -euo pipefail
data=${PGDATA:-/var/lib/postgresql/data}
if [ ! -s "$data/PG_VERSION" ]; then
  # A slot keeps what the replica has not read yet, at most 4 GB of it: a replica that is gone must not fill the disk.
  psql -h postgres -U orrery -d orrery -c "select pg_create_physical_replication_slot('replica')
    where not exists (select from pg_replication_slots where slot_name = 'replica')"
  psql -h postgres -U orrery -d orrery -c "alter system set max_slot_wal_keep_size = '4GB'" -c 'select pg_reload_conf()'
  pg_basebackup -h postgres -U orrery -D "$data" --write-recovery-conf --wal-method=stream --slot=replica --checkpoint=fast
  chmod 700 "$data"
fi
exec postgres -D "$data" -c hot_standby=on -c hot_standby_feedback=off
