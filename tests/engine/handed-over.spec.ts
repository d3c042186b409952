import { describe, expect, it } from '@jest/globals';
import { HandedOver, type NewCommit, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { NAME, openHanding, rows } from './support/follower.js';
import { idIn } from './support/runs.js';

describe('what was handed over', () => {
  const begun = async () => {
    const handing = openHanding();
    handing.follow.follow(new Set([0, 1]));
    await handing.clock.advance(200);
    return handing;
  };

  it('is followed without being read again', async () => {
    const { clock, write, notes, reads, at } = await begun();
    for (let round = 0; round < 5; round++) await write(rows([0, 1], 3, round * 10));
    await clock.advance(500);
    expect(new Set(notes.seen).size).toBe(30);
    expect(reads()).toBe(0);
    expect((await at(0)).transactionId).toBeGreaterThan(0n);
    await write(rows([0, 1], 1, 90));
    await clock.advance(500);
    expect([notes.seen.length, reads()]).toEqual([32, 0]);
  });

  it('is read when somebody else wrote among it, or some of it was lost on the way', async () => {
    const { clock, log, write, notes, reads } = await begun();
    await write(rows([0], 3));
    await log.append(rows([0], 1, 50));
    await write(rows([0], 3, 10));
    await clock.advance(500);
    expect([new Set(notes.seen).size, notes.seen.length, reads()]).toEqual([7, 7, 4]);
    await write(rows([0], 3, 20), 1);
    await clock.advance(500);
    expect([new Set(notes.seen).size, notes.seen.length, reads()]).toEqual([10, 10, 7]);
  });

  it('is followed up to the horizon, and waits for it beyond that', async () => {
    const { clock, log, write, notes, reads } = await begun();
    // The first is followed at once, and what comes after it waits for the next batch.
    await write(rows([0], 1, 90));
    await write(rows([0], 2));
    const foreign = log.begin();
    await write(rows([0], 3, 20));
    expect(notes.seen).toHaveLength(1);
    await clock.advance(2_000);
    expect([notes.seen.length, reads()]).toEqual([3, 0]);
    await foreign.insert(rows([0], 1, 50));
    foreign.commit();
    await clock.advance(2_000);
    expect([new Set(notes.seen).size, notes.seen.length]).toEqual([7, 7]);
  });

  it('is no matter where a partition is another process’s, and is passed over where it is', async () => {
    const { clock, log, write, notes, reads } = await begun();
    await write(rows([0, 3], 2));
    await log.append(rows([3], 1, 50));
    await clock.advance(500);
    expect([notes.seen.length, reads()]).toEqual([2, 0]);
  });

  it('is let go of when there is too much of it', async () => {
    const { clock, write, notes } = await begun();
    const many = new HandedOver();
    const key = { namespace: DEFAULT_NAMESPACE, stream: idIn(0) };
    const event = { version: 1, at: 0, event: { type: 'Happened', v: 1 } };
    const row = { entriesText: '{"n":1,"at":0}' };
    const cursorOf = (id: number) => ({ transactionId: BigInt(id), position: 1n });
    for (let id = 1; id <= 50_001; id++) many.add({ key, partition: 0, cursor: cursorOf(id) }, [event], row);
    expect(many.after(cursorOf(0), 10)).toMatchObject({ upTo: cursorOf(50_001) });
    expect(many.after(cursorOf(50_001), 10)).toBeUndefined();
    await write(rows([0], 3));
    await clock.advance(500);
    expect(notes.seen).toHaveLength(3);
  });

  it('that goes on amid a transaction does not believe that what was handed over is all there is', async () => {
    const { clock, log, store, write, notes, follow, checkpoints } = openHanding();
    const [first, second, foreign, last] = rows([0], 4) as [NewCommit, NewCommit, NewCommit, NewCommit];
    await write([first, second]);
    await log.append([foreign]);
    await write([last]);
    // Of the first transaction one row was written before, and another's commit makes up for it in number.
    const from = { transactionId: 0n, position: 0n };
    expect(checkpoints.moveNow(NAME, [{ partition: 0, from, to: store.committed[0]!.cursor }])).toBe(true);
    follow.follow(new Set([0]));
    await clock.advance(2_000);
    expect(notes.seen).toEqual([second, foreign, last].map(keyOf));
    await follow.stop();
  });
});
