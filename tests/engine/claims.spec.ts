import { describe, expect, it } from '@jest/globals';
import { ClaimPartitions, Locks, type Peer } from '@orrery/application';
import { Unavailable } from '@orrery/domain';
import { TestClock } from './support/test-clock.js';

const PARTITIONS = 8;

/** The locks of one engine, in a database that may refuse to let go of them. */
class FakeLocks extends Locks {
  override readonly session = {};
  readonly held = new Set<number>();
  peers: Peer[] = [{ id: 'one', connected: true, beating: true }];
  refusals = 0;

  override answeredWithin = () => true;
  override onUp = () => undefined;
  override onLost = () => undefined;
  override ping = async () => undefined;
  override beat = async () => undefined;
  override look = async () => this.peers;
  override endSilent = async () => undefined;
  override withdraw = async () => undefined;

  override async claim(partitions: readonly number[]): Promise<readonly number[]> {
    for (const partition of partitions) this.held.add(partition);
    return partitions;
  }

  override async letGo(partitions: readonly number[]): Promise<void> {
    this.refusals -= 1;
    if (this.refusals >= 0) throw new Unavailable('database.unavailable', 'not just now');
    for (const partition of partitions) this.held.delete(partition);
  }
}

describe('a partition that is given up', () => {
  const setUp = async (refusals: number) => {
    const [locks, clock] = [new FakeLocks(), new TestClock()];
    const ownership = new ClaimPartitions(locks, { engine: 'one', partitions: PARTITIONS, clock });
    await ownership.start(() => undefined);
    locks.peers = [...locks.peers, { id: 'two', connected: true, beating: true }];
    locks.refusals = refusals;
    return { locks, clock, ownership };
  };

  it('is let go of, as often as it takes', async () => {
    const { locks, clock, ownership } = await setUp(2);
    expect(locks.held.size).toBe(PARTITIONS);
    await clock.advance(1_500);
    const { size } = ownership.owned();
    expect([size > 0 && size < PARTITIONS, locks.held.size]).toEqual([true, PARTITIONS]);
    await clock.advance(3_000);
    expect(locks.held).toEqual(ownership.owned());
    await ownership.release();
  });

  it('is left to the end of the session by a process that stops', async () => {
    const { ownership } = await setUp(Infinity);
    await ownership.release();
    expect(ownership.owned().size).toBe(0);
  });
});
