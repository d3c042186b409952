import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { START } from '@orrery/application';
import { DEFAULT_NAMESPACE, Unavailable } from '@orrery/domain';
import { Pool } from 'pg';
import { LossyProxy } from '../log/testing/lossy-proxy.js';
import { createPools } from '../postgres/pools.js';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { readPatiently } from './pipeline.js';
import { PostgresViewReader } from './postgres-view-reader.js';
import { PostgresViewWriter } from './postgres-view-writer.js';
import { PARTITION, T0, at, batch, change, openRuns, runId, start, task } from './testing/view-batches.js';

const inDefault = { namespace: DEFAULT_NAMESPACE };
const moved = { partition: PARTITION, from: START, to: at(1) };

describe('PostgresViewWriter', () => {
  let database: TestDatabase;
  let pool: Pool;
  let observer: Pool;
  let writer: PostgresViewWriter;
  const runs = async () => (await new PostgresViewReader(observer).listRuns(inDefault, { limit: 100 })).items;

  beforeAll(async () => {
    database = await testDatabase();
    observer = new Pool({ connectionString: database.url });
    pool = new Pool({ connectionString: database.url, pipeline: true, max: 1 });
    pool.on('error', () => undefined);
    writer = new PostgresViewWriter(pool);
  });
  beforeEach(async () => {
    await observer.query('delete from runs; delete from open_tasks; delete from checkpoints');
  });
  afterAll(async () => {
    await Promise.all([pool.end(), observer.end()]);
    await database.drop();
  });

  it('wants connections that pipeline', () => {
    expect(() => new PostgresViewWriter(observer)).toThrow('pipeline');
  });

  it('leaves nothing of a batch that fails half-way, and writes the next one', async () => {
    await observer.query(`alter table open_tasks add constraint odd check (key <> 'odd')`);
    const id = runId();
    const odd = { ...batch(start(id, { openTasks: [task(0, { key: 'odd' })] })), moves: [moved] };
    await expect(writer.write(odd)).rejects.toMatchObject({ code: '23514' });
    expect(await runs()).toEqual([]);
    await observer.query(`alter table open_tasks drop constraint odd`);
    expect(await writer.write(odd)).toBe(true);
    expect(await runs()).toHaveLength(1);
  });

  it('writes more runs than one statement takes, all of them or none', async () => {
    const ids = Array.from({ length: 450 }, runId);
    const rows = async () => (await observer.query<{ version: number }>('select version from runs')).rows;
    const twice = batch(...ids.map((id) => start(id)), start(ids[0]!));
    await expect(writer.write(twice)).rejects.toThrow('twice');
    expect(await rows()).toEqual([]);
    expect(await writer.write(batch(...ids.map((id) => start(id))))).toBe(true);
    expect(await writer.write(batch(...ids.map((id) => change(id, 2))))).toBe(true);
    expect(await rows()).toEqual(ids.map(() => ({ version: 2 })));
  });

  it('does not take a batch that changes a run twice', async () => {
    const id = runId();
    await writer.write(batch(start(id)));
    await expect(writer.write(batch(change(id, 2), change(id, 3)))).rejects.toThrow('twice');
    expect(await runs()).toMatchObject([{ version: 1 }]);
  });

  it.each<[string, (writer: PostgresViewWriter) => Promise<unknown>]>([
    ['a batch', (writer) => writer.write(batch(start(runId())))],
    ['what is open', (writer) => openRuns(writer)],
    ['what has ended', (writer) => writer.endedRuns([PARTITION], T0, 10)],
  ])(
    'notices with %s that a server has fallen silent long before a statement could have taken too long',
    async (_, use) => {
      const proxy = await LossyProxy.before(database.url);
      const pools = createPools(proxy.url, { follower: 1 });
      const writer = new PostgresViewWriter(pools.follower);
      await use(writer);
      proxy.blackHole();
      await expect(use(writer)).rejects.toMatchObject({ code: 'log.unreachable' });
      proxy.forget();
      await use(writer);
      await pools.close();
      await proxy.close();
    },
    15_000,
  );

  it('gives a statement of a batch longer than others have', async () => {
    const pools = createPools(database.url);
    const [long] = await readPatiently(pools.follower, { text: 'show statement_timeout', values: [] });
    const [short] = (await pools.follower.query('show statement_timeout')).rows;
    await pools.close();
    expect([long, short]).toEqual([{ statement_timeout: '1min' }, { statement_timeout: '9s' }]);
  });

  it('goes on after its connection was ended under it', async () => {
    const id = runId();
    await writer.write(batch(start(id)));
    const blocker = await observer.connect();
    await blocker.query('begin; lock table runs');
    const written = writer.write({ ...batch(change(id, 2, { status: 'completed', endedAt: T0 })), moves: [moved] });
    const failed = expect(written).rejects.toThrow(Unavailable);
    await endWhoeverWaits(blocker);
    await failed;
    await blocker.query('rollback');
    blocker.release();
    expect(await runs()).toMatchObject([{ version: 1 }]);
    expect(await writer.write({ ...batch(change(id, 2)), moves: [moved] })).toBe(true);
    expect(await runs()).toMatchObject([{ version: 2 }]);
  });

  it('does not wait for the disk, and leaves the session as it was', async () => {
    await observer.query(`
      create table spied (synchronous_commit text);
      create function spy() returns trigger language plpgsql as $$
        begin insert into spied values (current_setting('synchronous_commit')); return null; end $$;
      create trigger spy after insert on runs for each statement execute function spy()`);
    await writer.write(batch(start(runId())));
    await observer.query('drop trigger spy on runs');
    expect((await observer.query('select * from spied')).rows).toEqual([{ synchronous_commit: 'off' }]);
    expect((await pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('finds rows by their keys, however small the tables were at first', async () => {
    const few = Array.from({ length: 10 }, () => runId());
    const round = (version: number) => few.map((id) => change(id, version, { closedTasks: [0], openTasks: [task(1)] }));
    await writer.write(batch(...few.map((id) => start(id, { openTasks: [task(0)] }))));
    // The sixth time a plan is kept.
    for (let version = 2; version < 9; version += 1) await writer.write(batch(...round(version)));
    await writer.write(batch(...Array.from({ length: 2_000 }, () => start(runId(), { openTasks: [task(0)] }))));
    const before = await rowsScanned(pool);
    await writer.write(batch(...round(9)));
    expect(await rowsScanned(pool)).toBe(before);
  });

  it('reads no run that has ended to find those that have not', async () => {
    const ended = { status: 'completed', endedAt: T0 } as const;
    await writer.write(batch(...Array.from({ length: 3_000 }, () => start(runId(), ended))));
    const open = Array.from({ length: 20 }, () => start(runId(), { dueAt: T0 }));
    await writer.write(batch(...open));
    await observer.query('analyze runs');
    const before = await rowsRead(pool);
    expect(await openRuns(writer, T0 + 1)).toHaveLength(open.length);
    expect((await rowsRead(pool)) - before).toBe(open.length);
  });

  /** Ends the session that waits for a lock that this one holds. */
  async function endWhoeverWaits(blocker: { query: Pool['query'] }): Promise<void> {
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and wait_event_type = 'Lock'`;
    for (let ended = 0; ended === 0;) ended = (await blocker.query(end)).rowCount ?? 0;
  }
});

/** How many rows of the two tables were read without an index, by sessions that are idle now. */
function rowsScanned(pool: Pool): Promise<number> {
  return sumOf(pool, 'seq_tup_read');
}

function rowsRead(pool: Pool): Promise<number> {
  return sumOf(pool, 'seq_tup_read + idx_tup_fetch');
}

async function sumOf(pool: Pool, counter: string): Promise<number> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    `select sum(${counter})::int as sum from pg_stat_user_tables where relname in ('runs', 'open_tasks')`,
  );
  return rows[0].sum;
}
