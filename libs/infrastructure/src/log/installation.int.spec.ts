import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Commit, START, isAfter } from '@orrery/application';
import { PostgresCheckpoints } from '../checkpoints/postgres-checkpoints.js';
import { openInstallation } from './installation.js';
import { everything, keysOf, readAll, row, rows } from './log.harness.js';
import { type PostgresHarness, openPostgresLog } from './postgres-log.harness.js';

const ELSEWHERE = '4242424242424242424';

describe('openInstallation', () => {
  let harness: PostgresHarness;
  beforeEach(async () => {
    harness = await openPostgresLog();
  });
  afterEach(() => harness.close());

  const pretend = (change: string) => harness.pool.query(`update installation set ${change}`);

  it('fixes the number of partitions once and for all, also when many start at once', async () => {
    const { url } = harness;
    const opened = await Promise.all([8, 8, 8, 8].map((partitions) => openInstallation(url, partitions)));
    expect(opened.map(({ found }) => found).sort()).toEqual(['new', 'same', 'same', 'same']);
    expect(await openInstallation(url, 64)).toMatchObject({ partitions: 8, found: 'same' });
    expect((await openInstallation(url)).epoch).toEqual(await harness.log.epoch());
  });

  it('takes 16 partitions unless told otherwise', async () => {
    expect(await openInstallation(harness.url)).toMatchObject({ partitions: 16, found: 'new' });
  });

  it('sees a fail-over, and leaves the log alone', async () => {
    const { url, log } = harness;
    const { epoch } = await openInstallation(url);
    await log.append(rows(3));
    const before = await everything(harness);
    await pretend('timeline = timeline + 1');
    expect(await openInstallation(url)).toMatchObject({ epoch, found: 'failed-over' });
    expect(await openInstallation(url)).toMatchObject({ found: 'same' });
    expect(await everything(harness)).toEqual(before);
  });

  it('renumbers a restored log in order of position, below the horizon and before all that comes', async () => {
    const { url, log, begin } = harness;
    await openInstallation(url);
    const overtaken = row();
    const foreign = await begin();
    await log.append(rows(3));
    await foreign.append([overtaken]);
    await foreign.commit();
    await log.append(rows(3));
    await pretend(`system_identifier = ${ELSEWHERE}`);
    // In the old cluster transaction ids had come far further than in this one.
    await harness.pool.query(
      `update commits set transaction_id = (transaction_id::text::bigint + 2^40)::bigint::text::xid8`,
    );
    expect(await readAll(log)).toEqual([]);

    expect(await openInstallation(url)).toMatchObject({ found: 'restored', epoch: await log.epoch() });
    const read = await everything(harness);
    expect(read.map(({ cursor }) => cursor.position)).toEqual(read.map((_, index) => BigInt(index + 1)));
    expect(new Set(read.map(({ cursor }) => cursor.transactionId)).size).toBe(1);
    const later = rows(2);
    await log.append(later);
    expect(keysOf(await everything(harness)).slice(-2)).toEqual(keysOf(later));
    expect(await openInstallation(url)).toMatchObject({ found: 'same' });
  });

  it('takes every checkpoint along: what was not read is read, and a follower that was done is done', async () => {
    const { url, log, pool } = harness;
    await openInstallation(url);
    const checkpoints = new PostgresCheckpoints(pool);
    const overtaken = await harness.begin();
    await log.append(rows(30));
    await overtaken.append(rows(10));
    await overtaken.commit();
    const all = await everything(harness);
    const [partial, done] = [all[19]!.cursor, all.at(-1)!.cursor];
    const partitions = Array.from({ length: 16 }, (_, partition) => partition);
    for (const [follower, to] of Object.entries({ partial, done })) {
      await checkpoints.move(
        follower,
        partitions.map((partition) => ({ partition, from: START, to })),
      );
    }
    await pretend(`system_identifier = ${ELSEWHERE}`);
    await openInstallation(url);

    const renumbered = await everything(harness);
    const unread = async (follower: string) => {
      const stands = await checkpoints.load(follower, partitions);
      return keysOf(renumbered.filter((commit) => isAfter(commit.cursor, stands.get(commit.partition)!)));
    };
    expect(await unread('done')).toEqual([]);
    expect(await unread('partial')).toEqual(expect.arrayContaining(keysOf(all.slice(20))));
    expect(await unread('never')).toEqual(keysOf(renumbered as Commit[]));
  });
});
