import type { Clock } from '../kernel/ports/clock.js';
import { type StreamKey, keyOf } from '../kernel/ports/log.js';

/** A reader that waits for a commit, or only for one that may end its run. */
interface Waiter {
  readonly wake: () => void;
  readonly isForEnd: boolean;
}

/** Lets readers wait for the next commit of a stream, instead of asking again and again. */
export class Changes {
  private readonly waiting = new Map<string, Set<Waiter>>();

  constructor(
    private readonly clock: Clock,
    /** Told that somebody waits, also for what other processes commit. */
    private readonly listen: () => void = () => undefined,
  ) {}

  /** Something of this stream has committed; whether it may have ended a run, if that is known. */
  tell(key: StreamKey, mayBeEnd = true): void {
    if (this.waiting.size === 0) return;
    for (const { wake, isForEnd } of [...(this.waiting.get(keyOf(key)) ?? [])]) if (mayBeEnd || !isForEnd) wake();
  }

  /** Resolves at the next commit of a stream, or after so many milliseconds. */
  next(key: StreamKey, waitMs: number): Promise<void> {
    return this.wait(key, waitMs, false);
  }

  /** Resolves at the next commit of a run that may have ended it, or after so many milliseconds. */
  end(key: StreamKey, waitMs: number): Promise<void> {
    return this.wait(key, waitMs, true);
  }

  /** Lets everyone go: the process stops. */
  stop(): void {
    for (const waiters of [...this.waiting.values()]) for (const { wake } of [...waiters]) wake();
  }

  private wait(key: StreamKey, waitMs: number, isForEnd: boolean): Promise<void> {
    this.listen();
    return new Promise((resolve) => {
      const name = keyOf(key);
      const waiters = this.waiting.get(name) ?? new Set();
      this.waiting.set(name, waiters);
      const wake = () => {
        cancel();
        waiters.delete(waiter);
        if (waiters.size === 0 && this.waiting.get(name) === waiters) this.waiting.delete(name);
        resolve();
      };
      const waiter = { wake, isForEnd };
      const cancel = this.clock.after(waitMs, wake);
      waiters.add(waiter);
    });
  }
}
