/** The time, and waiting for it: the only place where the core meets a clock. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
  /** Calls back once after so many milliseconds; the returned function takes it back. */
  abstract after(delayMs: number, callback: () => void): () => void;
  /** Calls back when what runs now has come to rest: the next turn of the event loop. */
  abstract soon(callback: () => void): void;
  /** Calls back when what runs now is done, before anything else begins: the same turn of the event loop. */
  abstract next(callback: () => void): void;
}
