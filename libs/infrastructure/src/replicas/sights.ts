import type { Epoch } from '@orrery/application';
import type { Pool } from 'pg';
import { TIMELINE } from '../log/read-statements.js';

/** A place in the WAL, in bytes from its beginning. */
export type WalPlace = bigint;

/** What the primary says of itself. */
export interface PrimarySight extends Epoch {
  /** How far its WAL is on the disk: a replica can have no more than that. */
  readonly flushed: WalPlace;
  /** Milliseconds since the epoch, by its own clock, by which commits are dated. */
  readonly now: number;
}

/** What a replica says of itself. */
export interface ReplicaSight extends Epoch {
  /** Not so when it was promoted: then it takes writes of its own. */
  readonly isReplica: boolean;
  readonly replayed: WalPlace;
  /** When the last transaction that it has replayed committed, by the primary's clock; null if there was none yet. */
  readonly replayedAt: number | null;
}

const place = (lsn: string) => `pg_wal_lsn_diff(${lsn}, '0/0')::text`;

const SEE_PRIMARY = `
  select s.system_identifier, ${TIMELINE} as timeline,
         ${place('pg_current_wal_flush_lsn()')} as flushed,
         date_part('epoch', clock_timestamp()) * 1000 as now
    from pg_control_system() s, pg_control_checkpoint() c`;

// After a fail-over the receiver names the new timeline at once, to a role that may see it; the control file does so
// with the next restart point.
const SEE_REPLICA = `
  select s.system_identifier, pg_is_in_recovery() as is_replica,
         greatest(c.timeline_id, r.min_recovery_end_timeline, w.received_tli) as timeline,
         ${place(`coalesce(pg_last_wal_replay_lsn(), '0/0')`)} as replayed,
         date_part('epoch', pg_last_xact_replay_timestamp()) * 1000 as replayed_at
    from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r
         left join pg_stat_wal_receiver w on true`;

interface PrimaryRow {
  readonly system_identifier: string;
  readonly timeline: number;
  readonly flushed: string;
  readonly now: number;
}

interface ReplicaRow extends Omit<PrimaryRow, 'flushed' | 'now'> {
  readonly is_replica: boolean;
  readonly replayed: string;
  readonly replayed_at: number | null;
}

export async function seePrimary(pool: Pool): Promise<PrimarySight> {
  const { system_identifier, timeline, flushed, now } = (await pool.query<PrimaryRow>(SEE_PRIMARY)).rows[0]!;
  return { systemIdentifier: system_identifier, timeline, flushed: BigInt(flushed), now };
}

export async function seeReplica(pool: Pool): Promise<ReplicaSight> {
  const row = (await pool.query<ReplicaRow>(SEE_REPLICA)).rows[0]!;
  return {
    systemIdentifier: row.system_identifier,
    timeline: row.timeline,
    isReplica: row.is_replica,
    replayed: BigInt(row.replayed),
    replayedAt: row.replayed_at,
  };
}
