import type { Pool } from 'pg';

const ENDS = `('WorkflowCompleted', 'WorkflowFailed', 'WorkflowCompensated', 'WorkflowCancelled')`;
const OUTCOMES = `('TaskCompleted', 'TaskFailed', 'TaskWithdrawn')`;

/** How many runs have started, and how many of them have ended. */
export async function progress(pool: Pool): Promise<{ readonly started: number; readonly ended: number }> {
  const { rows } = await pool.query(`
    select count(*) filter (where type = 'WorkflowStarted')::int as started,
           count(*) filter (where type in ${ENDS})::int as ended
      from events`);
  return rows[0];
}

/** What is recorded twice: a start, a beginning or an outcome of an attempt, an end. */
export async function recordedTwice(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query(`
    select stream_id || ' ' || what || ' ' || coalesce(attempt, '') as twice
      from (select stream_id, event ->> 'task' || '.' || (event ->> 'attempt') as attempt,
                   case when type in ${OUTCOMES} then 'outcome' when type in ${ENDS} then 'end' else type end as what
              from events where type not in ('SignalReceived', 'TaskExpanded', 'TaskCollected', 'TaskSkipped')) as said
     group by stream_id, what, attempt having count(*) > 1`);
  return rows.map(({ twice }) => twice);
}

/** How long after a moment each run in some partitions went on that was open then, in milliseconds. */
export async function wentOnAfter(pool: Pool, at: number, partitions: readonly number[]): Promise<readonly number[]> {
  const { rows } = await pool.query(
    `select extract(epoch from min(recorded_at) filter (where recorded_at > to_timestamp($1::float8 / 1000))) * 1000 - $1
              as after
       from events where partition = any($2)
      group by stream_id
     having bool_or(type = 'WorkflowStarted' and recorded_at <= to_timestamp($1::float8 / 1000))
        and max(recorded_at) > to_timestamp($1::float8 / 1000)`,
    [at, partitions],
  );
  return rows.map(({ after }) => Math.round(Number(after)));
}

/** Who began the attempts of the task of a key, in any run. */
export async function workersOf(pool: Pool, key: string): Promise<readonly string[]> {
  const { rows } = await pool.query(
    `select distinct began.event ->> 'worker' as worker
       from events began
       join events started on started.stream_id = began.stream_id and started.type = 'WorkflowStarted'
       join definition_contents content on content.hash = started.event -> 'definition' ->> 'hash'
      where began.type = 'TaskStarted'
        and (began.event ->> 'task')::int = (
              select ordinality - 1 from json_object_keys(content.document -> 'tasks') with ordinality as k (key, ordinality)
               where k.key = $1)
      order by worker`,
    [key],
  );
  return rows.map(({ worker }) => worker);
}
