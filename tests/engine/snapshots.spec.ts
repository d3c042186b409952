import { describe, expect, it } from '@jest/globals';
import { AGGREGATES_MAX, Aggregates, type Snapshot, TakeSnapshots, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE } from '@orrery/domain';
import { MemoryLog, MemoryLogStore, MemorySnapshots } from '@orrery/infrastructure/memory';
import { definition, result, submit } from './support/runs.js';
import { STREAM, SNAPSHOT_EVERY, add, openShell } from './support/tally.js';
import { TestClock, settled } from './support/test-clock.js';
import { World } from './support/world.js';

const KEY = { namespace: DEFAULT_NAMESPACE, stream: STREAM };
const NAME = keyOf({ namespace: DEFAULT_NAMESPACE, stream: STREAM });

class CountingSnapshots extends MemorySnapshots {
  saves = 0;
  fails = false;
  override async save(snapshots: readonly Snapshot[]): Promise<void> {
    this.saves += 1;
    if (this.fails) throw new Error('not now');
    await super.save(snapshots);
  }
}

function open() {
  const clock = new TestClock();
  const store = new MemoryLogStore(clock);
  const snapshots = new CountingSnapshots();
  const errors: unknown[] = [];
  const shell = openShell(new MemoryLog(store), clock, snapshots);
  const take = new TakeSnapshots(snapshots, clock, (error) => errors.push(error));
  shell.handle.onCommitted((aggregate) => take.committed(aggregate));
  const kept = async () => (await snapshots.load([KEY])).get(NAME);
  return { clock, store, snapshots, errors, kept, ...shell };
}

async function addMany({ handle }: ReturnType<typeof open>, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n++) await handle.handle(add(`n${n}`, 1, { key: `k${n}`, begins: n === 0 }));
}

const type = add('', 0).type;
const fromLog = ({ store, clock, snapshots }: ReturnType<typeof open>) =>
  new Aggregates(new MemoryLog(store), snapshots, clock, 16);

describe('snapshots', () => {
  it('are kept of streams that have grown, after their commits and never in them', async () => {
    const shell = open();
    await addMany(shell, SNAPSHOT_EVERY - 1);
    await shell.clock.advance(5_000);
    expect(shell.snapshots.saves).toBe(0);
    await addMany(shell, 1, SNAPSHOT_EVERY - 1);
    expect(shell.snapshots.saves).toBe(0);
    await shell.clock.advance(1_000);
    expect((await shell.kept())!.version).toBe(SNAPSHOT_EVERY);
    await addMany(shell, SNAPSHOT_EVERY - 1, SNAPSHOT_EVERY);
    await shell.clock.advance(5_000);
    expect(shell.snapshots.saves).toBe(1);
  });

  it('are read first, and give what a fold from zero gives', async () => {
    const shell = open();
    await addMany(shell, 14);
    await shell.clock.advance(1_000);
    await addMany(shell, 3, 14);
    const withSnapshot = await fromLog(shell).read(KEY, type);
    const zero = await new Aggregates(new MemoryLog(shell.store), new MemorySnapshots(), shell.clock, 16).read(
      KEY,
      type,
    );
    expect(withSnapshot.kept).toBe(14);
    expect(zero.kept).toBe(0);
    expect(withSnapshot.state).toEqual(zero.state);
    expect([withSnapshot.version, withSnapshot.hash, [...withSnapshot.seen]]).toEqual([
      zero.version,
      zero.hash,
      [...zero.seen],
    ]);
  });

  it('keep what was answered: the same key is known after a restart', async () => {
    const shell = open();
    await addMany(shell, 12);
    await shell.clock.advance(1_000);
    const next = openShell(new MemoryLog(shell.store), shell.clock, shell.snapshots);
    const again = await next.handle.handle(add('n3', 1, { key: 'k3' }));
    expect([again.changed, again.position.version]).toEqual([false, 4]);
    expect((await next.handle.handle(add('new', 1))).position.version).toBe(13);
  });

  it('of another schema are ignored, and the stream folded', async () => {
    const shell = open();
    await addMany(shell, 12);
    await shell.clock.advance(1_000);
    const kept = (await shell.kept())!;
    await shell.snapshots.save([{ ...kept, schema: 'sum/0', state: '"nonsense"' }]);
    const read = await fromLog(shell).read(KEY, type);
    expect([read.version, read.kept, (read.state as { total: number }).total]).toEqual([12, 0, 12]);
  });

  it('may fail: the events are all there, and a later one makes it good', async () => {
    const shell = open();
    shell.snapshots.fails = true;
    await addMany(shell, 12);
    await shell.clock.advance(1_000);
    expect(shell.errors).toHaveLength(1);
    shell.snapshots.fails = false;
    await addMany(shell, SNAPSHOT_EVERY, 12);
    await shell.clock.advance(1_000);
    expect((await shell.kept())!.version).toBe(22);
  });

  it('are not kept of streams that have left memory', async () => {
    const shell = open();
    await addMany(shell, 12);
    shell.aggregates.dropIdle(() => true);
    await shell.clock.advance(2_000);
    expect(shell.snapshots.saves).toBe(0);
  });

  it('carry a long run over a crash', async () => {
    const world = new World();
    const keys = Array.from({ length: 260 }, (_, index) => `t${index}`);
    const tasks = Object.fromEntries(
      keys.map((key, index) => [key, index > 0 ? { dependsOn: [keys[index - 1]!] } : {}]),
    );
    let left = 200;
    const slow = { work: () => (left-- > 0 ? null : new Promise<never>(() => undefined)) };
    const first = await world.process(slow).start();
    const { id } = await submit(first, definition(tasks));
    for (let round = 0; round < 60; round++) await settled();
    await world.advance(2_000);
    const [kept] = (await world.snapshots.load([{ namespace: DEFAULT_NAMESPACE, stream: id }])).values();
    expect(kept!.version).toBeGreaterThan(500);
    first.crash();
    const second = await world.process({ work: () => null }).start();
    for (let round = 0; round < 60; round++) await settled();
    expect((await result(second, id)).status).toBe('completed');
    expect(second.handed).toHaveLength(60);
  });
});

describe('the streams in memory', () => {
  it('let the longest idle ones go, and whoever holds one of them asks again', async () => {
    const shell = open();
    await addMany(shell, 1);
    const held = shell.aggregates.peek(KEY)!;
    shell.aggregates.dropIdle(() => true);
    expect([held.dropped, shell.aggregates.peek(KEY)]).toEqual([true, undefined]);
    expect((await shell.handle.handle(add('b', 1))).position.version).toBe(2);
  });

  it('are so many at most', async () => {
    const shell = open();
    await addMany(shell, 1);
    const oldest = shell.aggregates.peek(KEY)!;
    const stream = (n: number) => STREAM.slice(0, 24) + String(n).padStart(12, '0');
    const others = Array.from({ length: AGGREGATES_MAX }, (_, n) => stream(n + 10) as typeof STREAM);
    await Promise.all(others.map((each) => shell.handle.handle(add('a', 1, { begins: true, stream: each }))));
    expect([oldest.dropped, shell.aggregates.peek(KEY)]).toEqual([true, undefined]);
    expect((await shell.handle.handle(add('b', 1))).position.version).toBe(2);
  });
});
