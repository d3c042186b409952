import { describe, expect, it } from '@jest/globals';
import { type Commit, type Log, START, keyOf } from '@orrery/application';
import { type LogHarness, everything, keysOf, readAll, row, rows, until } from './log.harness.js';

const WRITERS = 16;
const BATCHES = 20;

export function concurrencyContract(harness: () => LogHarness): void {
  describe('with many at work', () => {
    gaps(harness);
    foreignTransactions(harness);
    contention(harness);
  });
}

function gaps(harness: () => LogHarness): void {
  it('shows 16 writers to a reader who misses nothing and sees each stream in order', async () => {
    const { log, another } = harness();
    const writers = await Promise.all(Array.from({ length: WRITERS }, another));
    let writing = true;
    const reading = follow(log, () => writing);
    const written = await Promise.all(writers.map(writeBatches));
    await harness().settled();
    writing = false;
    const seen = await reading;
    expect(keysOf(seen).sort()).toEqual(keysOf(written.flat()).sort());
    const versions = new Map<string, number>();
    for (const commit of seen) {
      expect(commit.firstVersion).toBe((versions.get(keyOf(commit)) ?? 0) + 1);
      versions.set(keyOf(commit), commit.lastVersion);
    }
  });

  it('would lose a commit to a reader by position, and does not by log order', async () => {
    const { log, begin, readByPosition } = harness();
    const [slow, fast] = [row(), row()];
    const foreign = await begin();
    await foreign.append([slow]);
    await log.append([fast]);
    const naive = await readByPosition(0n);
    expect(keysOf(naive)).toEqual(keysOf([fast]));
    expect(await log.read(START, 10)).toMatchObject({ commits: [], next: START });
    await foreign.commit();
    expect(keysOf(await readByPosition(naive[0]!.cursor.position))).toEqual([]);
    expect(keysOf(await everything(harness()))).toEqual(keysOf([slow, fast]));
  });
}

async function writeBatches(log: Log): Promise<Commit[]> {
  const written = [];
  let batch = rows(4);
  for (let round = 1; round <= BATCHES; round += 1) {
    await log.append(batch);
    written.push(...batch);
    batch = batch.map(({ stream }) => row({ stream, firstVersion: round + 1 }));
  }
  return written as Commit[];
}

/** Reads until the writers are done, and then what is left below a horizon that nobody holds any more. */
async function follow(log: Log, writing: () => boolean): Promise<Commit[]> {
  const seen: Commit[] = [];
  for (let cursor = START; ;) {
    const last = !writing();
    const { commits, next, more } = await log.read(cursor, 50);
    seen.push(...commits);
    if (last && !more) return seen;
    cursor = next;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function foreignTransactions(harness: () => LogHarness): void {
  it('lets an open transaction delay the log’s order, and nothing else', async () => {
    const { log, begin } = harness();
    const before = row();
    await log.append([before]);
    await harness().settled();
    const foreign = await begin();
    const held = row();
    await log.append([held]);
    expect(keysOf(await readAll(log))).toEqual(keysOf([before]));
    expect(keysOf(await log.readStream(held, 0, 10))).toEqual(keysOf([held]));
    expect(keysOf(await log.readStreams([{ ...held, version: 0 }]))).toEqual(keysOf([held]));
    const ahead: Commit[] = [];
    for await (const page of log.readAhead(new Map([[held.partition, START]]))) ahead.push(...page);
    expect(keysOf(ahead)).toContain(keysOf([held])[0]);
    await until(async () => (await log.horizon()).ageMs > 0);
    await foreign.rollback();
    expect(keysOf(await everything(harness()))).toEqual(keysOf([before, held]));
  });

  it('never shows what was rolled back', async () => {
    const { log, begin } = harness();
    const foreign = await begin();
    const undone = row();
    await foreign.append([undone]);
    expect(await log.readStream(undone, 0, 1)).toEqual([]);
    await foreign.rollback();
    await log.append(rows(1));
    expect(await everything(harness())).toHaveLength(1);
    expect(await log.readStream(undone, 0, 1)).toEqual([]);
  });
}

function contention(harness: () => LogHarness): void {
  it('waits for the transaction that holds the same version, and conflicts if it commits', async () => {
    const { log, begin } = harness();
    const foreign = await begin();
    const theirs = row();
    await foreign.append([theirs]);
    const appending = log.append([row({ stream: theirs.stream })]);
    await foreign.commit();
    expect((await appending).conflicts).toEqual(new Set([keyOf(theirs)]));
  });

  it('waits for it, and is taken if it rolls back', async () => {
    const { log, begin } = harness();
    const foreign = await begin();
    const theirs = row();
    await foreign.append([theirs]);
    const mine = row({ stream: theirs.stream, events: [{ type: 'Mine', v: 1 }] });
    const appending = log.append([mine]);
    await foreign.rollback();
    expect((await appending).conflicts.size).toBe(0);
    expect((await log.readStream(mine, 0, 1))[0]!.events).toBe(mine.events);
  });

  it('gives a version that 16 writers want at once to exactly one of them', async () => {
    const { another } = harness();
    const writers = await Promise.all(Array.from({ length: WRITERS }, another));
    const wanted = row();
    const outcomes = await Promise.all(writers.map((log) => log.append([row({ stream: wanted.stream })])));
    expect(outcomes.filter(({ conflicts }) => conflicts.size === 0)).toHaveLength(1);
    expect(await writers[0]!.readStream(wanted, 0, 10)).toHaveLength(1);
  });
}
