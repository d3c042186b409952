import { Unavailable } from '@orrery/domain';
import { InvalidConfiguration } from '../configuration/index.js';

/** A process at work. */
export interface Living {
  /** A stop that takes longer than this, in milliseconds, is ended the hard way. */
  readonly stopWithinMs: number;
  /** Finishes what is under way, and takes nothing new. */
  close(): Promise<void>;
}

/** The exit code of a process that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 };

/**
 * The life of a server process: it starts, works until SIGINT or SIGTERM, and stops. The second signal is an order, as is
 * the first of one that has only begun to start. Exit codes are those of every command: 0 after a stop, 2 for a wrong
 * setting, 6 for something away that it needs, 1 for a bug.
 */
export async function live(start: () => Promise<Living>): Promise<void> {
  let living: Living | undefined = undefined;
  let stopping = false;
  // From the beginning: the first process of a container does not hear of a signal that it does not listen to.
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (!living || stopping) process.exit(code);
      stopping = true;
      setTimeout(() => process.exit(1), living.stopWithinMs).unref();
      void living.close().then(() => process.exit(0), giveUp);
    });
  }
  living = await start().catch(giveUp);
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
