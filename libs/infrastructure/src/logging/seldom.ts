import { LRUCache } from 'lru-cache';

/** For so long what was just said is not said again, in milliseconds. */
const SAME_AGAIN_MS = 10_000;
/** So many different things are kept in mind. */
const KEPT = 1_000;

/**
 * Says what is wrong, and not once for everybody whom it concerns: a database that is away would fill the log with a line
 * for every question. What is left out is counted.
 */
export class Seldom {
  private readonly last = new LRUCache<string, { readonly at: number; leftOut: number }>({ max: KEPT });

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Writes a line, and in it how many like it were left out since the one before; or leaves it out, too. */
  say(what: string, write: (counted: { readonly leftOut?: number }) => void): void {
    const before = this.last.get(what);
    const now = this.now();
    if (before && now - before.at < SAME_AGAIN_MS) {
      before.leftOut += 1;
      return;
    }
    this.last.set(what, { at: now, leftOut: 0 });
    write(before?.leftOut ? { leftOut: before.leftOut } : {});
  }
}
