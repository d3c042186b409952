import type { PrimarySight, ReplicaSight, WalPlace } from './sights.js';

/** So many sights are kept: at one a second, and by several replicas, more than the age at which a replica is given up. */
const SIGHTS_MAX = 200;

/**
 * Where the primary was when. How old a replica is follows from how long ago the primary was where the replica is now,
 * so that no clocks are compared, and a primary that rests has no replica that lags.
 */
export class PrimaryCourse {
  private latest: PrimarySight | undefined;
  private readonly sights: { readonly at: number; readonly flushed: WalPlace }[] = [];

  /** The primary was seen, at this time in milliseconds of a clock that nobody sets. */
  saw(sight: PrimarySight, at: number): void {
    this.latest = sight;
    this.sights.push({ at, flushed: sight.flushed });
    if (this.sights.length > SIGHTS_MAX) this.sights.shift();
  }

  /** How old the oldest thing is that the replica lacks, at most, in milliseconds; 0: it lacks nothing. */
  lagMs({ replayed, replayedAt }: ReplicaSight): number {
    if (!this.latest) return Infinity;
    if (replayed >= this.latest.flushed) return 0;
    const sinceCommit = replayedAt === null ? Infinity : Math.max(0, this.latest.now - replayedAt);
    const had = this.sights.findLast(({ flushed }) => flushed <= replayed);
    return Math.min(sinceCommit, had ? this.sights.at(-1)!.at - had.at : Infinity);
  }

  /** Why nothing may be read from this replica, however new it is. */
  faultOf({ systemIdentifier, timeline, isReplica }: ReplicaSight): string | undefined {
    if (!this.latest) return 'the primary has not been seen yet';
    if (systemIdentifier !== this.latest.systemIdentifier) return 'it is a copy of another database cluster';
    if (!isReplica) return 'it is no replica: it takes writes of its own';
    if (timeline !== this.latest.timeline) {
      return `it is on timeline ${timeline}, and the primary is on ${this.latest.timeline}`;
    }
    return undefined;
  }
}
