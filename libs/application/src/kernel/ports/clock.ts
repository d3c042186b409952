/** The time, and waiting for it: the only place where the core meets a clock. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;
  /** Calls back once after so many milliseconds; the returned function takes it back. */
  abstract after(delayMs: number, callback: () => void): () => void;
  /** Calls back when what runs now has come to rest: the next turn of the event loop. */
  abstract soon(callback: () => void): void;
}
