import type { OpenRun, OpenTask } from '@orrery/application';
import type { Namespace, StreamId, WorkflowStatus } from '@orrery/domain';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { type OpenTaskColumns, ms, openTaskColumns, openTaskOf } from './rows.js';

const RUNS_PER_PAGE = 500;

// The page follows a key that never changes, so rows that are written meanwhile make it skip nothing.
const OPEN_RUNS = `
  select r.namespace, r.id, r.version, r.status, ${ms('r.due_at')} as due_at, t.*
    from (select * from runs
           where partition = $1 and ended_at is null and (id, namespace) > ($2::uuid, $3)
           order by id, namespace limit ${RUNS_PER_PAGE}) r
    left join lateral (
      select ${openTaskColumns('x')} from open_tasks x
       where x.namespace = r.namespace and x.workflow = r.id and x.status <> 'failed'
      offset 0) t on true
   order by r.id, r.namespace, t.ordinal`;

interface OpenRunRow extends Omit<OpenTaskColumns, 'ordinal'> {
  readonly namespace: Namespace;
  readonly id: StreamId;
  readonly version: number;
  readonly status: WorkflowStatus;
  readonly due_at: number | null;
  /** Null: nothing is open in this run. */
  readonly ordinal: number | null;
}

const BEFORE_ALL = { namespace: '', stream: '00000000-0000-0000-0000-000000000000' };

/** Runs that have not ended and that have open tasks, or fall due before a time; partition by partition, in pages. */
export async function* readOpenRuns(
  pool: Pool,
  partitions: readonly number[],
  dueBefore: number,
): AsyncGenerator<readonly OpenRun[]> {
  for (const partition of partitions) {
    for (let after: { namespace: string; stream: string } | undefined = BEFORE_ALL; after;) {
      const values = [partition, after.stream, after.namespace];
      const { rows } = await inDomainWords(pool.query<OpenRunRow>(OPEN_RUNS, values));
      const runs = runsOf(rows, partition);
      const wanted = runs.filter(({ tasks, dueAt }) => tasks.length > 0 || (dueAt !== null && dueAt < dueBefore));
      if (wanted.length > 0) yield wanted;
      after = runs.length < RUNS_PER_PAGE ? undefined : runs.at(-1);
    }
  }
}

/** One run of the rows of each; they come together. */
function runsOf(rows: readonly OpenRunRow[], partition: number): OpenRun[] {
  const runs: (OpenRun & { readonly tasks: OpenTask[] })[] = [];
  for (const row of rows) {
    const { namespace, id: stream, version, status, due_at: dueAt } = row;
    let run = runs.at(-1);
    if (run?.stream !== stream || run.namespace !== namespace) {
      run = { namespace, stream, partition, version, status, dueAt, tasks: [] };
      runs.push(run);
    }
    if (hasTask(row)) run.tasks.push(openTaskOf(row));
  }
  return runs;
}

function hasTask(row: OpenRunRow): row is OpenRunRow & OpenTaskColumns {
  return row.ordinal !== null;
}
