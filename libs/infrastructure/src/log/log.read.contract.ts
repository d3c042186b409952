import { describe, expect, it } from '@jest/globals';
import { type Commit, type Cursor, type Notice, START, keyOf, partitionOf } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import {
  type LogHarness,
  PARTITIONS,
  everything,
  inStreamOrder,
  keysOf,
  readAll,
  row,
  rows,
  streamId,
  until,
} from './log.harness.js';

export function readContract(harness: () => LogHarness): void {
  describe('read', () => {
    pages(harness);
    streams(harness);
    ahead(harness);
    rest(harness);
  });
}

function pages(harness: () => LogHarness): void {
  it('reads page by page, in log order, after the cursor and never at it', async () => {
    const { log } = harness();
    for (let round = 0; round < 4; round += 1) await log.append(rows(5));
    const whole = await everything(harness());
    expect(whole).toHaveLength(20);
    expect(keysOf(await readAll(log, START, 3))).toEqual(keysOf(whole));
    const middle = await log.read(whole[7]!.cursor, 100);
    expect(keysOf(middle.commits)).toEqual(keysOf(whole.slice(8)));
    expect(await log.read(whole[19]!.cursor, 100)).toEqual({ commits: [], next: whole[19]!.cursor, more: false });
  });

  it('says whether more stands below the horizon', async () => {
    const { log } = harness();
    await log.append(rows(4));
    await harness().settled();
    expect(await log.read(START, 3)).toMatchObject({ more: true });
    expect(await log.read(START, 4)).toMatchObject({ more: false });
    expect(await log.read(START, 5)).toMatchObject({ more: false });
  });

  it('gives only the partitions asked for, and passes the others', async () => {
    const { log } = harness();
    await log.append(rows(60));
    const all = await everything(harness());
    const wanted = new Set([1, 2, 3]);
    const found: Commit[] = [];
    for (let cursor: Cursor = START, more = true; more;) {
      const page = await log.read(cursor, 7, wanted);
      found.push(...page.commits);
      ({ more, next: cursor } = page);
    }
    expect(keysOf(found)).toEqual(keysOf(all.filter(({ partition }) => wanted.has(partition))));
    expect((await log.read(START, 100, new Set())).next).toEqual(all.at(-1)!.cursor);
  });

  it('counts a range partition by partition', async () => {
    const { log } = harness();
    await log.append(rows(20));
    await log.append(rows(20));
    const all = await everything(harness());
    const [from, to] = [all[4]!.cursor, all[33]!.cursor];
    const counted = await log.count(from, to);
    const expected = new Map<number, number>();
    for (const { partition } of all.slice(5, 34)) expected.set(partition, (expected.get(partition) ?? 0) + 1);
    expect([...counted].sort(([a], [b]) => a - b)).toEqual([...expected].sort(([a], [b]) => a - b));
    expect((await log.count(to, to)).size).toBe(0);
  });

  it('counts nothing of a range that the horizon has not passed', async () => {
    const { log, begin, settled } = harness();
    await log.append(rows(3));
    const open = await begin();
    await log.append(rows(3));
    const end = (await log.append(rows(1))) as { transactionId: bigint; lastPosition: bigint };
    const to = { transactionId: end.transactionId, position: end.lastPosition };
    expect((await log.count(START, to)).size).toBe(0);
    await open.rollback();
    await settled();
    expect([...(await log.count(START, to)).values()].reduce((sum, count) => sum + count, 0)).toBe(7);
  });
}

function streams(harness: () => LogHarness): void {
  const long = async () => {
    const stream = streamId();
    for (const firstVersion of [1, 4, 7, 10]) {
      const events = [1, 2, 3].map((at) => ({ type: 'Counted', v: 1, at: firstVersion + at - 1 }));
      await harness().log.append([row({ stream, firstVersion, events })]);
    }
    return { namespace: DEFAULT_NAMESPACE, stream };
  };
  const firsts = (commits: readonly Commit[]) => commits.map(({ firstVersion }) => firstVersion);

  it('reads one stream after a version, also one within a row', async () => {
    const { log } = harness();
    const key = await long();
    expect(firsts(await log.readStream(key, 0, 10))).toEqual([1, 4, 7, 10]);
    expect(firsts(await log.readStream(key, 0, 2))).toEqual([1, 4]);
    expect(firsts(await log.readStream(key, 3, 10))).toEqual([4, 7, 10]);
    expect(firsts(await log.readStream(key, 5, 10))).toEqual([4, 7, 10]);
    expect(firsts(await log.readStream(key, 12, 10))).toEqual([]);
    expect(firsts(await log.readStream({ ...key, stream: streamId() }, 0, 10))).toEqual([]);
  });

  it('reads many streams at once, each after its version', async () => {
    const { log } = harness();
    const [one, other, third] = [await long(), await long(), await long()];
    const found = await log.readStreams([
      { ...one, version: 6 },
      { ...other, version: 0 },
      { ...third, version: 12 },
      { namespace: DEFAULT_NAMESPACE, stream: streamId(), version: 0 },
    ]);
    const of = ({ stream }: { stream: string }) => firsts(found.filter((each) => each.stream === stream));
    expect([of(one), of(other), of(third)]).toEqual([[7, 10], [1, 4, 7, 10], []]);
    expect(await log.readStreams([])).toEqual([]);
  });

  it('reads the first commits of many streams, of each so many at most', async () => {
    const { log } = harness();
    const [one, other] = [await long(), await long()];
    const after = [
      { ...one, version: 5 },
      { ...other, version: 0 },
    ];
    const of = (found: readonly Commit[], { stream }: { stream: string }) =>
      firsts(found.filter((each) => each.stream === stream));
    const two = await log.readStreams(after, 2);
    expect([of(two, one), of(two, other)]).toEqual([
      [4, 7],
      [1, 4],
    ]);
    const many = await log.readStreams(after, 10);
    expect([of(many, one), of(many, other)]).toEqual([
      [4, 7, 10],
      [1, 4, 7, 10],
    ]);
  });

  it('tells when each row was recorded', async () => {
    const { log } = harness();
    const before = Date.now();
    await log.append(rows(1));
    const [commit] = await everything(harness());
    expect(Math.abs(commit!.recordedAt - before)).toBeLessThan(60_000);
  });
}

function ahead(harness: () => LogHarness): void {
  it('reads everything after each partition’s own cursor, by stream and version', async () => {
    const { log } = harness();
    const batch = rows(500);
    await log.append(batch);
    await log.append(batch.map(({ stream }) => row({ stream, firstVersion: 2 })));
    const all = await everything(harness());
    const after = new Map([3, 5, 8].map((partition) => [partition, START]));
    after.set(3, all[499]!.cursor);
    const found: Commit[] = [];
    for await (const page of log.readAhead(after)) found.push(...page);
    const expected = inStreamOrder(
      all.filter(({ partition, firstVersion }) => after.has(partition) && (partition !== 3 || firstVersion === 2)),
    );
    expect(keysOf(found)).toEqual(keysOf(expected));
    expect(found.length).toBeGreaterThan(1);
  });

  it('may be left before its end, and asked about nothing', async () => {
    const { log } = harness();
    await log.append(rows(3));
    const all = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, START]));
    for await (const page of log.readAhead(all)) {
      expect(page).toHaveLength(3);
      break;
    }
    for await (const page of log.readAhead(new Map())) expect(page).toEqual([]);
  });
}

function rest(harness: () => LogHarness): void {
  it('tells its horizon and its epoch', async () => {
    const { log, another } = harness();
    const { transactionId } = await log.append(rows(1));
    await until(async () => (await log.horizon()).transactionId > transactionId);
    expect((await log.epoch()).systemIdentifier).toMatch(/^\d+$/);
    expect(await (await another()).epoch()).toEqual(await log.epoch());
  });

  it('brings notices to whoever listens, many at a time', async () => {
    const { log, another } = harness();
    const heard: Notice[] = [];
    const stop = await (await another()).listen((notice) => heard.push(notice));
    const notices = rows(300).map(({ stream, namespace }, index) => {
      return { namespace, stream, partition: partitionOf(stream, PARTITIONS), lastVersion: index };
    });
    await log.announce(notices);
    await until(() => heard.length >= notices.length);
    expect(heard).toEqual(notices);
    expect(new Set(heard.map(keyOf)).size).toBe(300);
    await log.announce([]);
    await stop();
  });
}
