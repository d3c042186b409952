import { describe, expect, it } from '@jest/globals';
import { open, rows } from './support/follower.js';
import { settled } from './support/test-clock.js';

const all = new Set([0, 1, 2, 3]);

describe('follow', () => {
  it('reads every commit of its partitions once, in batches', async () => {
    const { clock, log, notes, follow } = open();
    follow.follow(new Set([0, 1]));
    for (let round = 0; round < 20; round++) {
      await log.append(rows([0, 1, 2], 5, round * 10));
      follow.poke();
      await clock.advance(10);
    }
    await clock.advance(1_000);
    expect(notes.seen).toHaveLength(200);
    expect(new Set(notes.seen).size).toBe(200);
    expect(notes.batches).toBeLessThan(6);
  });

  it('loses nothing when partitions come while those before them are loaded', async () => {
    const { clock, log, checkpoints, notes, follow } = open();
    const gates: (() => void)[] = [];
    await log.append(rows([0, 1], 3));
    follow.follow(new Set([0]));
    await clock.advance(200);
    const load = checkpoints.load.bind(checkpoints);
    checkpoints.load = async (...asked) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return load(...asked);
    };
    follow.follow(new Set([0]));
    await clock.advance(2_000);
    follow.follow(new Set([0, 1]));
    gates.splice(0).forEach((open) => open());
    await settled();
    gates.splice(0).forEach((open) => open());
    await clock.advance(2_000);
    expect(new Set(notes.seen).size).toBe(6);
    expect(notes.seen).toHaveLength(6);
  });

  it('moves a partition to the end of a transaction, where the positions of its commands stand', async () => {
    const { clock, log, follow, at } = open();
    follow.follow(all);
    const { transactionId, lastPosition } = await log.append(rows([0, 1, 2], 2));
    follow.poke();
    await clock.advance(200);
    expect(await at(0)).toEqual({ transactionId, position: lastPosition });
  });

  it('does so also where a page ends amid a transaction', async () => {
    const { clock, log, follow, at, notes } = open();
    const { transactionId, lastPosition } = await log.append([...rows([0], 1), ...rows([1], 2_500)]);
    follow.follow(all);
    await clock.advance(200);
    expect(notes.seen).toHaveLength(2_501);
    expect(await at(0)).toEqual({ transactionId, position: lastPosition });
  });

  it('goes on from its checkpoint after a crash between batches, and after any error', async () => {
    const { clock, store, log, checkpoints, notes, follow } = open();
    await log.append(rows([0], 2_500));
    let batches = 0;
    notes.before = async () => {
      if (++batches === 2) await new Promise(() => undefined);
    };
    follow.follow(all);
    await clock.advance(100);
    expect(notes.seen).toHaveLength(2_000);
    const next = open(clock, store, checkpoints);
    next.notes.before = async () => {
      next.notes.before = () => Promise.resolve();
      throw new Error('once');
    };
    next.follow.follow(all);
    await clock.advance(2_000);
    expect(next.errors).toHaveLength(1);
    expect(next.notes.seen).toHaveLength(500);
  });

  it('loads its checkpoints again when somebody else has moved one', async () => {
    const { clock, store, log, checkpoints, notes, follow } = open();
    follow.follow(all);
    await log.append(rows([0, 1], 2));
    await clock.advance(200);
    const other = open(clock, store, checkpoints);
    await log.append(rows([0], 2, 10));
    other.follow.follow(new Set([0]));
    await other.follow.stop();
    await log.append(rows([0, 1], 2, 20));
    await clock.advance(3_000);
    expect(other.notes.seen.length + notes.seen.length).toBe(10);
    expect(new Set([...other.notes.seen, ...notes.seen]).size).toBe(10);
  });

  it('moves partitions along in which nothing happens, also where all that happens is not its own', async () => {
    const { clock, log, follow, at } = open();
    follow.follow(new Set([0, 1]));
    await clock.advance(10_000);
    const { transactionId } = await log.append(rows([7], 2));
    await clock.advance(10_000);
    expect((await at(0)).transactionId).toBe(transactionId);
    expect((await at(1)).transactionId).toBe(transactionId);
  });

  it('waits for the horizon, and does not ask for it more often than for anything else', async () => {
    const { clock, log, notes, follow } = open();
    const foreign = log.begin();
    let reads = 0;
    const read = log.read.bind(log);
    log.read = (...asked) => ((reads += 1), read(...asked));
    follow.follow(all);
    for (let round = 0; round < 100; round++) {
      await log.append(rows([0], 1, round));
      follow.poke();
      await clock.advance(10);
    }
    expect(notes.seen).toEqual([]);
    expect(reads).toBeLessThan(20);
    foreign.commit();
    await clock.advance(1_100);
    expect(notes.seen).toHaveLength(100);
  });

  it('tells after each batch that it has moved, until nobody asks any more', async () => {
    const { clock, log, follow } = open();
    let moved = 0;
    const leave = follow.onMoved(() => (moved += 1));
    follow.follow(all);
    await log.append(rows([0], 1));
    await clock.advance(1_200);
    expect(moved).toBe(1);
    expect(follow.checkpoint(0).transactionId).toBe(1n);
    leave();
    await log.append(rows([0], 1, 5));
    await clock.advance(1_200);
    expect(moved).toBe(1);
  });
});
