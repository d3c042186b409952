import { Clock } from '@orrery/application';

/** The longest delay a timer of Node can take: a longer one would go off at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** The time of this machine. Its timers keep no process alive: what a process waits for, it holds open by itself. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override after(delayMs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      const stepMs = Math.min(leftMs, DELAY_MAX_MS);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : callback()), stepMs).unref();
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  }

  override soon(callback: () => void): void {
    setImmediate(callback);
  }

  override next(callback: () => void): void {
    process.nextTick(callback);
  }
}
