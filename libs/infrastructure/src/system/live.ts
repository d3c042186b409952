import { Unavailable } from '@orrery/domain';
import { InvalidConfiguration } from '../configuration/index.js';

/** A process at work. */
export interface Living {
  /** A stop that takes longer than this, in milliseconds, is ended the hard way. */
  readonly stopWithinMs: number;
  /** Finishes what is under way, and takes nothing new. */
  close(): Promise<void>;
}

/**
 * The life of a server process: it starts, works until SIGINT or SIGTERM, and stops. The second signal is an order. Exit
 * codes are those of every command: 0 after a stop, 2 for a wrong setting, 6 for something away that it needs, 1 for a bug.
 */
export async function live(start: () => Promise<Living>): Promise<void> {
  const { close, stopWithinMs } = await start().catch(giveUp);
  let stopping = false;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      void close().then(() => process.exit(0), giveUp);
    });
  }
}

/** A process that does one thing and ends, with the same exit codes. */
export async function once(work: () => Promise<void>): Promise<void> {
  await work().catch(giveUp);
}

/** What keeps it from working is told in words where it is no bug of ours. */
function giveUp(error: unknown): never {
  const code = error instanceof InvalidConfiguration ? 2 : error instanceof Unavailable ? 6 : 1;
  console.error(code === 1 ? error : (error as Error).message);
  process.exit(code);
}
