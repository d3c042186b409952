import { describe, expect, it } from '@jest/globals';
import { CommitUnknown, GENESIS, chainHash, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, Invalid, type Namespace } from '@orrery/domain';
import { type LogHarness, everything, inStreamOrder, keysOf, row, rows, streamId, written } from './log.harness.js';

export function appendContract(harness: () => LogHarness): void {
  describe('append', () => {
    plainAppends(harness);
    payloads(harness);
    conflicts(harness);
    lostReplies(harness);
  });
}

function plainAppends(harness: () => LogHarness): void {
  it('takes nothing, and does nothing', async () => {
    const { log } = harness();
    expect(await log.append([])).toEqual({ transactionId: 0n, lastPosition: 0n, conflicts: new Set() });
    expect(await everything(harness())).toEqual([]);
  });

  it.each([1, 9, 2_000])('takes %d rows in one transaction, each as it was given', async (count) => {
    const { log } = harness();
    const batch = rows(count);
    const appended = await log.append(batch);
    const read = await everything(harness());
    expect(read.map(written)).toEqual(batch.map((each) => ({ ...each, hash: Uint8Array.from(each.hash) })));
    expect(new Set(read.map(({ cursor }) => cursor.transactionId))).toEqual(new Set([appended.transactionId]));
    expect(read.at(-1)!.cursor.position).toBe(appended.lastPosition);
    expect(appended.conflicts.size).toBe(0);
  });

  it('gives later transactions higher ids and positions', async () => {
    const { log } = harness();
    const [one, other] = [await log.append(rows(2)), await log.append(rows(1))];
    expect(other.transactionId > one.transactionId).toBe(true);
    expect(other.lastPosition > one.lastPosition).toBe(true);
  });

  it('keeps the chain of hashes: it can be computed again from what is stored', async () => {
    const { log } = harness();
    const stream = streamId();
    let previous = GENESIS;
    for (const firstVersion of [1, 3, 5]) {
      const next = row({
        stream,
        firstVersion,
        previous,
        events: [
          { type: 'A', v: 1 },
          { type: 'B', v: 1, x: 'ü"\\' },
        ],
      });
      await log.append([next]);
      previous = next.hash;
    }
    let hash = GENESIS;
    for (const commit of await log.readStream({ namespace: DEFAULT_NAMESPACE, stream }, 0, 10)) {
      hash = chainHash(hash, commit);
      expect(Buffer.from(commit.hash).equals(Buffer.from(hash))).toBe(true);
    }
    expect(Buffer.from(hash).equals(Buffer.from(previous))).toBe(true);
  });

  it('keeps two namespaces apart that hold the same stream id', async () => {
    const { log } = harness();
    const stream = streamId();
    const [mine, theirs] = ['mine', 'theirs'].map((name) => row({ stream, namespace: name as Namespace }));
    const appended = await log.append([mine!, theirs!]);
    expect(appended.conflicts.size).toBe(0);
    const read = await log.readStream(mine!, 0, 10);
    expect(read.map(({ namespace }) => namespace)).toEqual(['mine']);
    expect(await log.readStreams([{ ...theirs!, version: 0 }])).toMatchObject([{ namespace: 'theirs', stream }]);
    expect(await log.readStream({ namespace: DEFAULT_NAMESPACE, stream }, 0, 10)).toEqual([]);
  });
}

function payloads(harness: () => LogHarness): void {
  const texts = [
    '',
    '"quoted"',
    'back\\slash',
    '{"a":[1]}',
    'ünï ☃ 🪐 \u2028',
    '\u0000',
    '\ud800 alone',
    'NULL',
    '{}',
    ',,',
  ];

  it.each(texts)('keeps the text %j', async (text) => {
    const { log } = harness();
    const given = row({ events: [{ type: 'Said', v: 1, text, [text]: [text, null, true, 1.5e300] }] });
    await log.append([given]);
    const [commit] = await everything(harness());
    expect(commit!.events).toBe(given.events);
    expect(JSON.parse(commit!.events)).toEqual(JSON.parse(given.events));
  });

  it('keeps events of 4 MiB', async () => {
    const { log } = harness();
    const large = row({ events: [{ type: 'Said', v: 1, text: 'long "text" ü'.repeat(4 * 80_000) }] });
    await log.append([large, row()]);
    const [read] = await log.readStream(large, 0, 1);
    expect(read!.events === large.events).toBe(true);
  });

  it.each([
    ['a NUL that is not escaped', '[{"type":"A\0"}]'],
    ['what is no JSON', '[{"type":'],
  ])('refuses %s, and with it the whole statement', async (_what, events) => {
    const { log } = harness();
    await expect(log.append([row(), { ...row(), events }])).rejects.toThrow(Invalid);
    expect(await everything(harness())).toEqual([]);
    expect((await log.append([row()])).conflicts.size).toBe(0);
  });

  it('refuses a stream id that is no UUID', async () => {
    const { log } = harness();
    for (const stream of [
      '',
      'A'.repeat(36),
      `${streamId()}0`,
      streamId().toUpperCase(),
      streamId().replace('-', '0'),
    ]) {
      await expect(log.append([{ ...row(), stream: stream as never }])).rejects.toThrow(Invalid);
    }
  });
}

function conflicts(harness: () => LogHarness): void {
  it('refuses a stream in the middle of a batch, whole, and takes the others', async () => {
    const { log } = harness();
    const before = row({ events: [{ type: 'First', v: 1 }] });
    await log.append([before]);
    const stale = row({ stream: before.stream, events: ['a', 'b', 'c'].map((type) => ({ type, v: 1 })) });
    const batch = inStreamOrder([...rows(5), stale]);
    const appended = await log.append(batch);
    expect([...appended.conflicts]).toEqual([keyOf(stale)]);
    expect((await log.readStream(stale, 0, 10)).map(({ events }) => events)).toEqual([before.events]);
    expect(await everything(harness())).toHaveLength(6);
    expect((await everything(harness())).at(-1)!.cursor.position).toBe(appended.lastPosition);
  });

  it('takes no row when every stream has conflicted', async () => {
    const { log } = harness();
    const batch = rows(3);
    await log.append(batch);
    expect(await log.append(batch)).toEqual({
      transactionId: 0n,
      lastPosition: 0n,
      conflicts: new Set(batch.map(keyOf)),
    });
    expect(await everything(harness())).toHaveLength(3);
  });

  it.each([1, 20])('refuses who begins a stream of which there is anything, beside %d others', async (count) => {
    const { log } = harness();
    const [forgotten, running] = [streamId(), streamId()];
    const first = row({ stream: forgotten });
    await log.append([first]);
    await log.append([row({ stream: forgotten, firstVersion: 2, previous: first.hash })]);
    await log.append([row({ stream: running })]);
    await log.forgetAllButLast([{ namespace: DEFAULT_NAMESPACE, stream: forgotten }]);
    // The second time it already reckons with conflicts.
    for (let time = 0; time < 2; time++) {
      const begun = [forgotten, running, streamId()].map((stream) => ({ ...row({ stream }), begins: true }));
      const others = rows(count);
      const before = (await everything(harness())).length;
      const { conflicts } = await log.append(inStreamOrder([...begun, ...others]));
      expect([...conflicts].sort()).toEqual(begun.slice(0, 2).map(keyOf).sort());
      expect(await everything(harness())).toHaveLength(before + count + 1);
    }
    const [again] = inStreamOrder([{ ...row({ stream: forgotten }), begins: true }]);
    expect((await log.append([again!])).conflicts).toEqual(new Set([keyOf(again!)]));
    expect(await log.readStream({ namespace: DEFAULT_NAMESPACE, stream: forgotten }, 0, 10)).toHaveLength(1);
  });

  it('takes who begins a stream of which there is nothing, not even in another namespace', async () => {
    const { log } = harness();
    const stream = streamId();
    await log.append([row({ stream, namespace: 'other' as Namespace })]);
    const begun = { ...row({ stream }), begins: true };
    expect((await log.append([begun])).conflicts.size).toBe(0);
    expect((await log.append([begun])).conflicts).toEqual(new Set([keyOf(begun)]));
  });

  it('is as exact in every batch after a conflict', async () => {
    const { log } = harness();
    const first = row();
    await log.append([first]);
    for (let round = 0; round < 105; round += 1) {
      const fresh = rows(2);
      const stale = round % 3 === 0 ? [row({ stream: first.stream })] : [];
      const { conflicts } = await log.append(inStreamOrder([...fresh, ...stale]));
      expect([...conflicts]).toEqual(stale.map(keyOf));
    }
    expect(await everything(harness())).toHaveLength(211);
  });
}

function lostReplies(harness: () => LogHarness): void {
  it('says so when the reply to a commit is lost; the read tells, and the same again conflicts', async () => {
    const { log, loseReply, recovered } = harness();
    const batch = rows(3);
    loseReply('after the commit');
    await expect(log.append(batch)).rejects.toThrow(CommitUnknown);
    expect(keysOf(await log.readStreams(batch.map((each) => ({ ...each, version: 0 }))))).toEqual(keysOf(batch));
    await recovered();
    expect((await log.append(batch)).conflicts).toEqual(new Set(batch.map(keyOf)));
    expect(await everything(harness())).toHaveLength(3);
  });

  it('says the same when the statement never arrived; the read tells, and the same again is taken', async () => {
    const { log, loseReply, recovered } = harness();
    const batch = rows(3);
    loseReply('before it arrives');
    await expect(log.append(batch)).rejects.toThrow(CommitUnknown);
    expect(await log.readStreams(batch.map((each) => ({ ...each, version: 0 })))).toEqual([]);
    await recovered();
    expect((await log.append(batch)).conflicts.size).toBe(0);
    expect(keysOf(await everything(harness()))).toEqual(keysOf(batch));
  });
}
