import type { OpenRun } from '@orrery/application';
import type { Namespace, StreamId, WorkflowStatus } from '@orrery/domain';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { readPatiently } from './pipeline.js';
import { ms } from './rows.js';

const RUNS_PER_PAGE = 500;

// The page follows a key that never changes, so rows that are written meanwhile make it skip nothing.
const OPEN_RUNS = `
  select r.namespace, r.id, r.version, r.status, ${ms('r.due_at')} as due_at,
         exists (select from open_tasks x
                  where x.namespace = r.namespace and x.workflow = r.id and x.status <> 'failed') as has_open_tasks,
         (select json_object_agg(x.ordinal, ${ms('x.since')}) from open_tasks x
           where x.namespace = r.namespace and x.workflow = r.id and x.status in ('queued', 'running')) as queued_at
    from runs r
   where partition = $1 and ended_at is null and (id, namespace) > ($2::uuid, $3)
   order by id, namespace limit ${RUNS_PER_PAGE}`;

interface OpenRunRow {
  readonly namespace: Namespace;
  readonly id: StreamId;
  readonly version: number;
  readonly status: WorkflowStatus;
  readonly due_at: number | null;
  readonly has_open_tasks: boolean;
  readonly queued_at: { readonly [ordinal: string]: number } | null;
}

const BEFORE_ALL = { namespace: '' as Namespace, id: '00000000-0000-0000-0000-000000000000' as StreamId };

/** Runs that have not ended and that have open tasks, or fall due before a time; partition by partition, in pages. */
export async function* readOpenRuns(
  pool: Pool,
  partitions: readonly number[],
  dueBefore: number,
): AsyncGenerator<readonly OpenRun[]> {
  for (const partition of partitions) {
    for (let after: Pick<OpenRunRow, 'namespace' | 'id'> | undefined = BEFORE_ALL; after;) {
      const rows: OpenRunRow[] = await pageAfter(pool, partition, after);
      const wanted = rows.filter((row) => row.has_open_tasks || (row.due_at !== null && row.due_at < dueBefore));
      if (wanted.length > 0) yield wanted.map((row) => openRunOf(row, partition));
      after = rows.length < RUNS_PER_PAGE ? undefined : rows.at(-1);
    }
  }
}

async function pageAfter(
  pool: Pool,
  partition: number,
  { id, namespace }: Pick<OpenRunRow, 'namespace' | 'id'>,
): Promise<OpenRunRow[]> {
  return inDomainWords(readPatiently(pool, { text: OPEN_RUNS, values: [partition, id, namespace] }));
}

function openRunOf(row: OpenRunRow, partition: number): OpenRun {
  const { namespace, id: stream, version, status, due_at: dueAt, queued_at: queued } = row;
  const queuedAt = new Map(Object.entries(queued ?? {}).map(([ordinal, at]) => [Number(ordinal), at]));
  return { namespace, stream, partition, version, status, dueAt, queuedAt };
}
