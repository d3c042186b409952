import { describe, expect, it } from '@jest/globals';
import {
  Follow,
  type FollowedCommit,
  type Follower,
  GENESIS,
  HandedOver,
  type Move,
  type NewCommit,
  keyOf,
} from '@orrery/application';
import { DEFAULT_NAMESPACE, type StreamId } from '@orrery/domain';
import { MemoryCheckpoints, MemoryLog, MemoryLogStore } from '@orrery/infrastructure';
import { idIn } from './support/runs.js';
import { TestClock, settled } from './support/test-clock.js';

const NAME = 'followed';

function row(stream: StreamId, partition: number, firstVersion = 1): NewCommit {
  const events = '[{"type":"Happened","v":1}]';
  const text = { events, metadata: '[{"n":1,"at":0}]', hash: GENESIS };
  return { namespace: DEFAULT_NAMESPACE, stream, partition, firstVersion, lastVersion: firstVersion, ...text };
}

/** Rows of many streams, so many in each of these partitions. */
function rows(partitions: readonly number[], each: number, start = 0): NewCommit[] {
  return partitions.flatMap((partition) =>
    Array.from({ length: each }, (_, index) => row(idIn(partition, start + index + 1), partition)),
  );
}

class Notes implements Follower {
  readonly name = NAME;
  readonly seen: string[] = [];
  batches = 0;
  before: () => Promise<void> = () => Promise.resolve();
  constructor(private readonly checkpoints: MemoryCheckpoints) {}
  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    this.batches += 1;
    await this.before();
    if (!this.checkpoints.moveNow(NAME, moves)) return false;
    this.seen.push(...commits.map(keyOf));
    return true;
  }
}

function open(clock = new TestClock(), store = new MemoryLogStore(clock), checkpoints = new MemoryCheckpoints()) {
  const log = new MemoryLog(store);
  const notes = new Notes(checkpoints);
  const errors: unknown[] = [];
  const handedOver = new HandedOver();
  const follow = new Follow(notes, log, checkpoints, clock, (error) => errors.push(error), handedOver);
  const at = async (partition: number) => (await checkpoints.load(NAME, [partition])).get(partition)!;
  return { clock, store, log, checkpoints, notes, follow, handedOver, errors, at };
}

/** A log that counts the commits that are read of it, and hands over what it writes. */
function openHanding() {
  const opened = open();
  const { log, handedOver, follow } = opened;
  let reads = 0;
  const read = log.read.bind(log);
  log.read = async (...asked) => {
    const page = await read(...asked);
    reads += page.commits.length;
    return page;
  };
  /** Writes rows in one statement, and hands them over, or all but the first few. */
  const write = async (written: readonly NewCommit[], lost = 0) => {
    const { transactionId, lastPosition: position } = await log.append(written);
    const cursor = { transactionId, position };
    for (const { namespace, stream, partition, firstVersion } of written.slice(lost)) {
      const event = { version: firstVersion, at: 0, event: { type: 'Happened', v: 1 } };
      handedOver.add({ key: { namespace, stream }, partition, cursor }, [event]);
    }
    follow.poke();
  };
  return { ...opened, write, reads: () => reads };
}

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

  it('waits for the horizon as everything does', async () => {
    const { clock, log, write, notes } = await begun();
    const foreign = log.begin();
    await write(rows([0], 3));
    await clock.advance(2_000);
    expect(notes.seen).toEqual([]);
    await foreign.insert(rows([0], 1, 50));
    foreign.commit();
    await clock.advance(2_000);
    expect([new Set(notes.seen).size, notes.seen.length]).toEqual([4, 4]);
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
    const cursorOf = (id: number) => ({ transactionId: BigInt(id), position: 1n });
    for (let id = 1; id <= 50_001; id++) many.add({ key, partition: 0, cursor: cursorOf(id) }, [event]);
    expect(many.after(cursorOf(0), 10)).toMatchObject({ upTo: cursorOf(50_001) });
    expect(many.after(cursorOf(50_001), 10)).toBeUndefined();
    await write(rows([0], 3));
    await clock.advance(500);
    expect(notes.seen).toHaveLength(3);
  });
});
