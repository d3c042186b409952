import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { row, streamId, until } from './log.harness.js';
import { type PostgresHarness, openPostgresLog } from './postgres-log.harness.js';

const WAITING = `
  select pid from pg_stat_activity
   where datname = current_database() and wait_event_type = 'Lock' and query like '%delete from commits%'`;

describe('PostgresLog, while it forgets a stream', () => {
  let harness: PostgresHarness;
  beforeAll(async () => {
    harness = await openPostgresLog();
  });
  afterAll(() => harness.close());

  it('leaves all of it, or the last row alone, when it is killed', async () => {
    const { log, pool } = harness;
    const key = { namespace: DEFAULT_NAMESPACE, stream: streamId() };
    for (let firstVersion = 1; firstVersion <= 20; firstVersion++) {
      await log.append([row({ stream: key.stream, firstVersion })]);
    }
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('select from commits where stream_id = $1 and first_version = 10 for update', [key.stream]);
    const forgetting = log.forgetAllButLast([key]).catch((error: unknown) => error);
    let pid: number | undefined;
    await until(async () => (pid = (await pool.query<{ pid: number }>(WAITING)).rows[0]?.pid) !== undefined);
    await pool.query('select pg_terminate_backend($1)', [pid]);
    expect(await forgetting).toMatchObject({ code: 'log.unreachable' });
    await holder.query('rollback');
    holder.release();
    expect(await log.readStream(key, 0, 100)).toHaveLength(20);
    await log.forgetAllButLast([key]);
    expect(await log.readStream(key, 0, 100)).toMatchObject([{ firstVersion: 20 }]);
  });
});
