import { type Aggregate, type Clock, type Cursor, type Following, isAfter } from '@orrery/application';

/** A commit that a follower is to come to. */
interface Awaited {
  readonly partition: number;
  readonly cursor: Cursor;
  readonly at: number;
}

/**
 * How far a follower of the log is behind. It goes by two commits at a time, so that it costs nothing however many there
 * are: one that is awaited, and the last there was, which is awaited next.
 */
export class FollowLag {
  private awaited: Awaited | undefined;
  private last: Awaited | undefined;

  constructor(
    private readonly follow: Following,
    private readonly clock: Clock,
  ) {
    follow.onMoved(() => this.moved());
  }

  /** This process has committed there, and follows it. */
  committed({ partition, cursor }: Aggregate): void {
    this.last = { partition, cursor, at: this.clock.now() };
    this.awaited ??= this.last;
  }

  /** Seconds since a commit that it may not have come to yet; 0: it has come to all of them. */
  get seconds(): number {
    return this.awaited ? (this.clock.now() - this.awaited.at) / 1_000 : 0;
  }

  private moved(): void {
    if (this.awaited && !this.isAhead(this.awaited))
      this.awaited = this.last && this.isAhead(this.last) ? this.last : undefined;
  }

  private isAhead({ partition, cursor }: Awaited): boolean {
    return isAfter(cursor, this.follow.checkpoint(partition));
  }
}
