import type { DeletedRun, StreamKey } from '@orrery/application';
import { type Namespace, type StreamId, WORKFLOW_TRANSITIONS, type WorkflowStatus, hasEnded } from '@orrery/domain';
import type { Pool } from 'pg';
import { readPatiently } from './pipeline.js';
import { storableTime } from './storable.js';

/** Which runs are old enough: of these partitions, before a time in milliseconds since the epoch, and no more than these. */
interface Wanted {
  readonly partitions: readonly number[];
  readonly before: number;
  readonly limit: number;
}

const ENDED = (Object.keys(WORKFLOW_TRANSITIONS) as WorkflowStatus[]).filter(hasEnded);

// No index knows when runs ended: it would cost on every run. Those that started first have ended first, as a rule, and
// are found by that; whose partition is another's is passed over. The namespaces are found by one look for each.
const ENDED_RUNS = `
  with recursive namespaces (namespace) as (
    (select namespace from runs order by namespace limit 1)
    union all
    select (select r.namespace from runs r where r.namespace > n.namespace order by r.namespace limit 1)
      from namespaces n where n.namespace is not null)
  select r.namespace, r.id
    from namespaces n
   cross join unnest($4::text[]) as s (status)
   cross join lateral (
     select x.namespace, x.id, x.started_at
       from runs x
      where x.namespace = n.namespace and x.status = s.status
        and x.started_at < to_timestamp($2::float8 / 1000) and x.ended_at < to_timestamp($2::float8 / 1000)
        and x.partition = any($1::int2[])
      order by x.started_at, x.id
      limit $3) r
   order by r.started_at, r.id
   limit $3`;

const DELETED_RUNS = `
  select namespace, id, partition, version
    from deleted_runs
   where partition = any($1::int2[]) and deleted_at < to_timestamp($2::float8 / 1000)
   order by deleted_at, id
   limit $3`;

const FORGET_DELETED = `
  delete from deleted_runs d using unnest($1::text[], $2::uuid[]) as w (namespace, id)
   where d.namespace = w.namespace and d.id = w.id`;

interface Row {
  readonly namespace: Namespace;
  readonly id: StreamId;
}

export async function readEndedRuns(pool: Pool, { partitions, before, limit }: Wanted): Promise<readonly StreamKey[]> {
  const values = [partitions, storableTime(before), limit, ENDED];
  const rows = await readPatiently<Row>(pool, { text: ENDED_RUNS, values });
  return rows.map(({ namespace, id }) => ({ namespace, stream: id }));
}

export async function readDeletedRuns(
  pool: Pool,
  { partitions, before, limit }: Wanted,
): Promise<readonly DeletedRun[]> {
  const { rows } = await pool.query<Row & Omit<DeletedRun, keyof StreamKey>>(DELETED_RUNS, [
    partitions,
    storableTime(before),
    limit,
  ]);
  return rows.map(({ namespace, id, partition, version }) => ({ namespace, stream: id, partition, version }));
}

export async function forgetDeletedRuns(pool: Pool, runs: readonly StreamKey[]): Promise<void> {
  await pool.query(FORGET_DELETED, [runs.map(({ namespace }) => namespace), runs.map(({ stream }) => stream)]);
}
