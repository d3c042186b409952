import { describe, expect, it } from '@jest/globals';
import { PrimaryCourse } from './primary-course.js';
import type { PrimarySight, ReplicaSight } from './sights.js';

const EPOCH = { systemIdentifier: '71', timeline: 3 };
const T0 = 1_000_000;
const primary = (flushed: bigint, now: number, more = {}): PrimarySight => ({ ...EPOCH, flushed, now, ...more });
const replica = (replayed: bigint, replayedAt: number | null = null, more = {}): ReplicaSight => ({
  ...EPOCH,
  isReplica: true,
  replayed,
  replayedAt,
  ...more,
});

/** A primary that was seen at these times of our clock; its own is an hour ahead. */
function course(...sights: (readonly [at: number, flushed: bigint])[]): PrimaryCourse {
  const made = new PrimaryCourse();
  for (const [at, flushed] of sights) made.saw(primary(flushed, T0 + 3_600_000 + at), at);
  return made;
}

describe('how far a replica is behind', () => {
  it('is nothing when it has all that the primary has, however long the primary has rested', () => {
    const seen = course([0, 100n], [60_000, 100n]);
    expect(seen.lagMs(replica(100n, T0))).toBe(0);
    expect(seen.lagMs(replica(101n))).toBe(0);
  });

  it('is the time since the primary was where it is now', () => {
    const seen = course([0, 100n], [1_000, 200n], [2_000, 300n], [5_000, 400n]);
    expect(seen.lagMs(replica(250n))).toBe(4_000);
    expect(seen.lagMs(replica(300n))).toBe(3_000);
  });

  it('is no more than the age of the last commit that it has, by the clock that dated it', () => {
    const seen = course([0, 100n], [1_000, 200n]);
    expect(seen.lagMs(replica(150n, T0 + 3_600_000 + 990))).toBe(10);
    // The primary had rested before: that the last commit is old says nothing.
    expect(seen.lagMs(replica(150n, T0 - 50_000))).toBe(1_000);
  });

  it('is unknown when the primary was never seen where it is', () => {
    expect(course([0, 100n]).lagMs(replica(50n))).toBe(Infinity);
    expect(new PrimaryCourse().lagMs(replica(50n))).toBe(Infinity);
  });

  it('stands still while the primary is away, for nothing is written', () => {
    const seen = course([0, 100n], [1_000, 200n]);
    expect(seen.lagMs(replica(150n))).toBe(1_000);
    expect(seen.lagMs(replica(200n))).toBe(0);
  });
});

describe('a replica is refused', () => {
  const seen = course([0, 100n]);

  it.each([
    ['of another cluster', { systemIdentifier: '72' }, 'it is a copy of another database cluster'],
    ['that was promoted', { isReplica: false, timeline: 4 }, 'it is no replica: it takes writes of its own'],
    ['on another timeline', { timeline: 2 }, 'it is on timeline 2, and the primary is on 3'],
  ])('%s', (_, more, why) => {
    expect(seen.faultOf(replica(100n, null, more))).toBe(why);
  });

  it('while nobody knows what it is a copy of', () => {
    expect(new PrimaryCourse().faultOf(replica(1n))).toBe('the primary has not been seen yet');
  });

  it('no more once it has followed the primary to a new timeline', () => {
    const promoted = course([0, 100n]);
    promoted.saw(primary(120n, T0, { timeline: 4 }), 1_000);
    expect(promoted.faultOf(replica(100n))).toBe('it is on timeline 3, and the primary is on 4');
    expect(promoted.faultOf(replica(100n, null, { timeline: 4 }))).toBeUndefined();
  });
});
