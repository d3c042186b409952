import { afterEach, describe, expect, it } from '@jest/globals';
import { CommitUnknown } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { everything, keysOf, row, rows, until } from './log.harness.js';
import { LaneSession } from './lane-session.js';
import { type PostgresHarness, openPostgresLog } from './postgres-log.harness.js';

const QUICK = { answerMs: 400, statementMs: 10_000, lockMs: 10_000, retryMs: [5, 20] } as const;

describe('PostgresLog when things go wrong', () => {
  let harness: PostgresHarness;
  const open = async (...settings: Parameters<typeof openPostgresLog>) => {
    harness = await openPostgresLog(...settings);
    return harness;
  };
  afterEach(() => harness.close());

  const failure = async (appending: Promise<unknown>) => {
    const startedAt = Date.now();
    const error = await appending.catch((caught: unknown) => caught);
    return { error, ms: Date.now() - startedAt };
  };

  it('is unavailable at once while there is no server, and works again when there is', async () => {
    const { log, proxy, lane, recovered } = await open(QUICK);
    proxy.refuse();
    await until(() => lane.backend === undefined);
    const { error, ms } = await failure(log.append(rows(1)));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({ code: 'log.unreachable' });
    expect(ms).toBeLessThan(100);
    proxy.pass();
    await recovered();
    expect((await log.append(rows(2))).conflicts.size).toBe(0);
    expect(await everything(harness)).toHaveLength(2);
  });

  it('knows that what waited behind a lost statement was never sent', async () => {
    const { log, loseReply, recovered } = await open(QUICK);
    const [first, second] = [rows(1), rows(1)];
    loseReply('after the commit');
    const outcomes = await Promise.all([failure(log.append(first)), failure(log.append(second))]);
    expect(outcomes.map(({ error }) => (error as Error).name)).toEqual(['CommitUnknown', 'Unavailable']);
    await recovered();
    expect(keysOf(await everything(harness))).toEqual(keysOf(first));
  });

  it('gives up a server that does not answer, and comes back only when its old session is over', async () => {
    const { log, begin, proxy, lane, pool, recovered } = await open(QUICK);
    const foreign = await begin();
    const theirs = row();
    await foreign.append([theirs]);
    const before = lane.backend!;
    const appending = failure(log.append([row({ stream: theirs.stream })]));
    await until(async () => (await pool.query(WAITS, [before.pid])).rows[0].waits);
    proxy.blackHole();
    const { error, ms } = await appending;
    expect(error).toBeInstanceOf(CommitUnknown);
    expect(ms).toBeLessThan(5_000);
    proxy.forget();
    await recovered();
    expect((await pool.query('select from pg_stat_activity where pid = $1', [before.pid])).rowCount).toBe(0);
    await foreign.rollback();
    expect(await everything(harness)).toEqual([]);
  });

  it('closes though nobody answers any more', async () => {
    const { lane, proxy } = await open(QUICK);
    proxy.blackHole();
    await lane.close();
    expect(lane.backend).toBeUndefined();
  });

  it('does not know what became of a statement whose backend was ended', async () => {
    const { log, begin, lane, pool, recovered } = await open(QUICK);
    const foreign = await begin();
    const theirs = row();
    await foreign.append([theirs]);
    const appending = failure(log.append([row({ stream: theirs.stream })]));
    await until(async () => (await pool.query(WAITS, [lane.backend!.pid])).rows[0].waits);
    await pool.query('select pg_terminate_backend($1)', [lane.backend!.pid]);
    expect((await appending).error).toBeInstanceOf(CommitUnknown);
    await foreign.rollback();
    await recovered();
    expect(await everything(harness)).toEqual([]);
  });

  it.each([
    ['log.disk-full', '53100'],
    ['log.out-of-resources', '53200'],
    ['log.read-only', '25006'],
    ['log.serialization', '40001'],
    ['log.serialization', '40P01'],
    ['log.timeout', '57014'],
    ['log.io-error', '58030'],
  ])('says %s for SQLSTATE %s, keeps its session, and has written nothing', async (code, state) => {
    const { log, lane, pool } = await open();
    const session = lane.backend;
    await pool.query(FAIL_WITH);
    await lane.run((ask) => ask({ text: `set orrery.fail = '${state}'` }));
    expect((await failure(log.append(rows(3)))).error).toMatchObject({
      name: 'Unavailable',
      code,
      details: { sqlState: state },
    });
    await lane.run((ask) => ask({ text: `set orrery.fail = ''` }));
    expect((await log.append(rows(1))).conflicts.size).toBe(0);
    expect(await everything(harness)).toHaveLength(1);
    expect(lane.backend).toBe(session);
  });

  it('waits for another’s transaction only so long', async () => {
    const { log, begin } = await open({ ...QUICK, answerMs: 5_000, lockMs: 50 });
    const foreign = await begin();
    const theirs = row();
    await foreign.append([theirs]);
    const { error } = await failure(log.append([row({ stream: theirs.stream })]));
    expect(error).toMatchObject({ name: 'Unavailable', code: 'log.timeout' });
    await foreign.rollback();
  });

  it('passes on what is a bug as it is', async () => {
    const { log, pool } = await open();
    await pool.query('alter table commits rename to elsewhere');
    expect((await failure(log.append(rows(1)))).error).toMatchObject({ code: '42P01' });
  });

  it('appends what is asked for at once one after the other', async () => {
    const { log } = await open();
    const batches = Array.from({ length: 20 }, (_, index) => rows(1 + index * 3));
    const appended = await Promise.all(batches.map((batch) => log.append(batch)));
    expect(appended.map(({ transactionId }) => transactionId)).toEqual(
      [...appended].map(({ transactionId }) => transactionId).sort((a, b) => Number(a - b)),
    );
    expect(keysOf(await everything(harness))).toEqual(keysOf(batches.flat()));
  });

  it('hears notices again after its connection was lost', async () => {
    const { log, pool } = await open();
    let heard = 0;
    const stop = await log.listen(() => (heard += 1));
    const notice = { ...row(), lastVersion: 1 };
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orrery notices' and datname = current_database()`,
    );
    await until(async () => {
      await log.announce([notice]);
      return heard > 0;
    });
    await stop();
  });
});

describe('LaneSession', () => {
  it('says at once that it cannot connect, and connects when it can', async () => {
    const harness = await openPostgresLog();
    harness.proxy.refuse();
    const lane = new LaneSession(harness.proxy.url, QUICK);
    await expect(lane.open()).rejects.toThrow(Unavailable);
    harness.proxy.pass();
    await until(() => lane.backend !== undefined);
    expect(await lane.run((ask) => ask({ text: 'show synchronous_commit' }))).toEqual([['on']]);
    await lane.close();
    await harness.close();
  });
});

const WAITS = `select exists (select from pg_locks where pid = $1 and not granted) as waits`;
const FAIL_WITH = `
  create function fail() returns trigger language plpgsql as $$
  begin
    if current_setting('orrery.fail', true) <> '' then
      raise exception 'as told' using errcode = current_setting('orrery.fail');
    end if;
    return new;
  end $$;
  create trigger fail before insert on commits for each row execute function fail()`;
