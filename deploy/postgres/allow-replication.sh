#!/bin/bash
# Run once, when the data directory is new: whoever has the password may stream.
set -euo pipefail
echo 'host replication all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
