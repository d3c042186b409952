import { describe, expect, it } from '@jest/globals';
import { GENESIS, type Notice, chainHash, commandsIn, keyOf } from '@orrery/application';
import { Conflict, DEFAULT_NAMESPACE, KeyReused, Refused, type StreamId, Unavailable } from '@orrery/domain';
import { MemoryLog, MemoryLogStore } from '@orrery/infrastructure/memory';
import fc from 'fast-check';
import { STREAM, add, breakIt, openShell } from './support/tally.js';
import { TestClock, settled } from './support/test-clock.js';

/** A log whose commits wait until the test lets them go. */
function heldLog(clock: TestClock) {
  const gates: (() => void)[] = [];
  const store = new MemoryLogStore(clock);
  const log = new MemoryLog(store, () => new Promise<void>((resolve) => gates.push(resolve)));
  const release = async () => {
    for (const open of gates.splice(0)) open();
    await settled();
  };
  return { store, log, release };
}

function open() {
  const clock = new TestClock();
  const store = new MemoryLogStore(clock);
  const log = new MemoryLog(store);
  return { clock, store, log, ...openShell(log, clock) };
}

const streamOf = (store: MemoryLogStore) => store.stream(keyOf({ namespace: DEFAULT_NAMESPACE, stream: STREAM }));
const amountsIn = (store: MemoryLogStore) =>
  streamOf(store).flatMap((commit) => (JSON.parse(commit.events) as { by: string }[]).map(({ by }) => by));

describe('handle', () => {
  it('answers only after the commit', async () => {
    const clock = new TestClock();
    const { log, release } = heldLog(clock);
    const { handle } = openShell(log, clock);
    let answered = false;
    const answer = handle.handle(add('a', 1, { begins: true })).then(() => (answered = true));
    await settled();
    expect(answered).toBe(false);
    await release();
    await answer;
    expect(answered).toBe(true);
  });

  it('tells the owners of other partitions of all that committed together, by one notice', async () => {
    const clock = new TestClock();
    const told: (readonly Notice[])[] = [];
    class ToldLog extends MemoryLog {
      override async announce(notices: readonly Notice[]): Promise<void> {
        told.push(notices);
      }
    }
    const { handle, ownership } = openShell(new ToldLog(new MemoryLogStore(clock)), clock);
    ownership.partitions = new Set();
    const streams = ['a', 'b', 'c'].map((digit) => STREAM.replace(/.$/, digit) as StreamId);
    await Promise.all(streams.map((stream) => handle.handle(add('a', 1, { begins: true, stream }))));
    await settled();
    expect(told.map((notices) => notices.map(({ stream }) => stream))).toEqual([streams]);
    expect(told[0]!.every(({ lastVersion }) => lastVersion === 1)).toBe(true);
  });

  it('decides ahead: what comes while a commit is in flight is one row of the next statement', async () => {
    const clock = new TestClock();
    const { store, log, release } = heldLog(clock);
    const { handle } = openShell(log, clock);
    const first = handle.handle(add('a', 1, { begins: true }));
    await settled();
    const rest = ['b', 'c', 'd'].map((by) => handle.handle(add(by, 1)));
    await settled();
    await release();
    await release();
    const answers = await Promise.all([first, ...rest]);
    expect(answers.map(({ position }) => position.version)).toEqual([1, 2, 3, 4]);
    expect(streamOf(store).map(({ firstVersion, lastVersion }) => [firstVersion, lastVersion])).toEqual([
      [1, 1],
      [2, 4],
    ]);
  });

  it('refuses only when what the refusal stands on has committed', async () => {
    const clock = new TestClock();
    const { log, release } = heldLog(clock);
    const { handle } = openShell(log, clock);
    const answers: string[] = [];
    const taken = handle.handle(add('a', 100, { begins: true })).then(() => answers.push('taken'));
    await settled();
    const refused = handle.handle(add('b', 1)).catch((error: Refused) => answers.push(error.code));
    await settled();
    expect(answers).toEqual([]);
    await release();
    await Promise.all([taken, refused]);
    expect(answers).toEqual(['taken', 'sum.too-large']);
  });

  it('decides again what stood on memory that another writer made stale', async () => {
    const clock = new TestClock();
    const store = new MemoryLogStore(clock);
    const here = openShell(new MemoryLog(store), clock);
    const there = openShell(new MemoryLog(store), clock);
    await here.handle.handle(add('a', 60, { begins: true }));
    await there.handle.handle(add('b', 39));
    // Memory here still says 60: two more are decided on it, and neither may stand as it was decided.
    const [one, two] = await Promise.allSettled([here.handle.handle(add('c', 1)), here.handle.handle(add('d', 1))]);
    expect(one).toMatchObject({ status: 'fulfilled', value: { position: { version: 3 } } });
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'sum.too-large' } });
    expect(amountsIn(store)).toEqual(['a', 'b', 'c']);
  });

  it.each(['lost-reply-committed', 'lost-reply-lost', 'unavailable'] as const)(
    'records a command once when its append ends with %s',
    async (fault) => {
      const { clock, store, log, handle } = open();
      log.failNext(fault);
      const answer = handle.handle(add('a', 1, { key: 'a', begins: true }));
      const other = handle.handle(add('b', 2, { key: 'b', begins: true }));
      await clock.advance(1_000);
      expect((await answer).position.version).toBe(1);
      expect((await other).position.version).toBe(2);
      expect(amountsIn(store)).toEqual(['a', 'b']);
    },
  );

  it('says that the log is unavailable when it stays so', async () => {
    const { clock, log, handle } = open();
    for (let time = 0; time < 200; time++) log.failNext('unavailable');
    const answer = handle.handle(add('a', 1, { begins: true })).catch((error: unknown) => error);
    await clock.advance(15_000);
    expect(await answer).toBeInstanceOf(Unavailable);
  });

  it('gives the same key and body the same answer, also from memory that was read anew', async () => {
    const { store, clock, handle } = open();
    const first = await handle.handle(add('a', 1, { key: 'k', begins: true }));
    const again = await handle.handle(add('a', 1, { key: 'k', begins: true }));
    const elsewhere = await openShell(new MemoryLog(store), clock).handle.handle(
      add('a', 1, { key: 'k', begins: true }),
    );
    expect(first.changed).toBe(true);
    expect(again).toEqual({ position: first.position, changed: false });
    expect(elsewhere).toEqual({ position: first.position, changed: false });
  });

  it('refuses the same key with another body', async () => {
    const { handle } = open();
    await handle.handle(add('a', 1, { key: 'k', begins: true }));
    await expect(handle.handle(add('a', 2, { key: 'k', body: 'other' }))).rejects.toBeInstanceOf(KeyReused);
  });

  it('compares If-Match with the version that it decides on', async () => {
    const { handle } = open();
    await handle.handle(add('a', 1, { begins: true }));
    await expect(handle.handle(add('b', 1, { ifMatch: 0 }))).rejects.toBeInstanceOf(Conflict);
    expect((await handle.handle(add('b', 1, { ifMatch: 1 }))).position.version).toBe(2);
  });

  it('answers a bug with the bug, and everybody else as if it had not been', async () => {
    const { store, handle } = open();
    const [a, bug, b] = await Promise.allSettled([
      handle.handle(add('a', 1, { begins: true })),
      handle.handle(breakIt()),
      handle.handle(add('b', 1)),
    ]);
    expect([a.status, bug.status, b.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(amountsIn(store)).toEqual(['a', 'b']);
  });

  it('closes a row at its limit, and goes on in the next one', async () => {
    const { store, handle } = open();
    const all = Array.from({ length: 1_200 }, (_, index) =>
      handle.handle(add(`n${index}`, 0, { begins: index === 0 })),
    );
    await Promise.all(all);
    expect(streamOf(store).map((commit) => commandsIn(commit, add('', 0).type.upcasters).length)).toEqual([1_000, 200]);
  });

  it('does not trust memory that is not its own to trust', async () => {
    const clock = new TestClock();
    const store = new MemoryLogStore(clock);
    const here = openShell(new MemoryLog(store), clock);
    const there = openShell(new MemoryLog(store), clock);
    await here.handle.handle(add('a', 100, { begins: true }));
    here.ownership.partitions = new Set();
    await expect(there.handle.handle(add('b', 1))).rejects.toMatchObject({ code: 'sum.too-large' });
    here.ownership.isTrusted = false;
    await expect(here.handle.handle(add('b', 1))).rejects.toMatchObject({ code: 'sum.too-large' });
  });

  it('chains every commit to the one before it', async () => {
    const { store, handle } = open();
    await handle.handle(add('a', 1, { begins: true }));
    await handle.handle(add('b', 1));
    let hash = GENESIS;
    for (const commit of streamOf(store)) {
      hash = chainHash(hash, commit);
      expect(Buffer.from(commit.hash)).toEqual(Buffer.from(hash));
    }
  });

  it('keeps what it answered, once, whatever becomes of its appends, in two processes at once', async () => {
    const faults = fc.constantFrom('none', 'lost-reply-committed', 'lost-reply-lost', 'unavailable');
    const step = fc.record({ process: fc.nat(1), by: fc.nat(30), fault: faults, wait: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = new TestClock();
        const store = new MemoryLogStore(clock);
        const logs = [new MemoryLog(store), new MemoryLog(store)];
        const shells = logs.map((log) => openShell(log, clock));
        const kept = new Set<string>();
        const answers = [];
        for (const { process, by, fault, wait } of steps) {
          if (fault !== 'none') logs[process]!.failNext(fault);
          const name = `n${by}`;
          const envelope = add(name, 1, { key: name, begins: by % 2 === 0 });
          answers.push(shells[process]!.handle.handle(envelope).then(() => kept.add(name)));
          await settled(wait);
        }
        await clock.advance(9_000);
        await Promise.all(answers);
        const recorded = amountsIn(store);
        expect(new Set(recorded).size).toBe(recorded.length);
        expect(new Set(recorded)).toEqual(kept);
        expect(streamOf(store).map(({ firstVersion }) => firstVersion)).toEqual(
          streamOf(store).map((_, index) => (index === 0 ? 1 : streamOf(store)[index - 1]!.lastVersion + 1)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
