import { backoffMs } from '../backoff.js';

/** A watch has no answer of its own: a refusal so long after the one before it is a new trouble. */
const ANEW_AFTER_MS = 30_000;

interface PutOff {
  /** Until when it is asked for again. */
  readonly until: number;
  readonly refusedAt: number;
  readonly tries: number;
  readonly timer: NodeJS.Timeout;
}

/** Ends that the server could not tell just now: each is asked for again after a pause, until that goes on for too long. */
export class PutOffEnds {
  private readonly ends = new Map<string, PutOff>();

  constructor(
    private readonly forMs: number,
    private readonly askAgain: (id: string) => void,
  ) {}

  /** Says whether it will be asked for again. */
  add(id: string): boolean {
    const now = performance.now();
    const before = this.ends.get(id);
    clearTimeout(before?.timer);
    const isNew = before === undefined || now - before.refusedAt > ANEW_AFTER_MS;
    const { until, tries } = isNew ? { until: now + this.forMs, tries: 0 } : before;
    const pauseMs = backoffMs(tries);
    if (now + pauseMs > until) return false;
    const timer = setTimeout(() => this.askAgain(id), pauseMs);
    this.ends.set(id, { until, refusedAt: now, tries: tries + 1, timer });
    return true;
  }

  /** Its end is known, or nobody waits for it any more. */
  remove(id: string): void {
    clearTimeout(this.ends.get(id)?.timer);
    this.ends.delete(id);
  }

  clear(): void {
    for (const { timer } of this.ends.values()) clearTimeout(timer);
    this.ends.clear();
  }
}
