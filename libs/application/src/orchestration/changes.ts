import type { Clock } from '../kernel/ports/clock.js';
import { type StreamKey, keyOf } from '../kernel/ports/log.js';

/** Lets readers wait for the next commit of a stream, instead of asking again and again. */
export class Changes {
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(private readonly clock: Clock) {}

  /** Something of this stream has committed. */
  tell(key: StreamKey): void {
    if (this.waiting.size === 0) return;
    const waiters = this.waiting.get(keyOf(key));
    if (!waiters) return;
    this.waiting.delete(keyOf(key));
    for (const wake of waiters) wake();
  }

  /** Resolves at the next commit of a stream, or after so many milliseconds. */
  next(key: StreamKey, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const name = keyOf(key);
      const waiters = this.waiting.get(name) ?? new Set();
      this.waiting.set(name, waiters);
      const wake = () => {
        cancel();
        waiters.delete(wake);
        if (waiters.size === 0 && this.waiting.get(name) === waiters) this.waiting.delete(name);
        resolve();
      };
      const cancel = this.clock.after(waitMs, wake);
      waiters.add(wake);
    });
  }

  /** Lets everyone go: the process stops. */
  stop(): void {
    for (const waiters of [...this.waiting.values()]) for (const wake of [...waiters]) wake();
  }
}
