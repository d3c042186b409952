import { Unavailable } from '@orrery/domain';
import { DataDirectoryInUse, InvalidConfiguration } from '@orrery/infrastructure';
import { UsageError } from './arguments.js';
import { PortTaken } from './port.js';

/** The exit codes that every command of the product has. */
export const EXIT = Object.freeze({
  ok: 0,
  failed: 1,
  usage: 2,
  conflict: 5,
  unavailable: 6,
  sigint: 130,
  sigterm: 143,
});

/** What to say of an error that keeps the server from starting, and which exit code it ends with. */
export function explain(error: unknown): { readonly code: number; readonly words: string } {
  if (!(error instanceof Error)) return { code: EXIT.failed, words: String(error) };
  const code = codeOf(error);
  // What was not foreseen is a bug, and a bug is told whole.
  return { code, words: code === EXIT.failed ? (error.stack ?? error.message) : error.message };
}

function codeOf(error: Error): number {
  if (error instanceof UsageError || error instanceof InvalidConfiguration) return EXIT.usage;
  if (error instanceof PortTaken || error instanceof DataDirectoryInUse) return EXIT.conflict;
  return error instanceof Unavailable ? EXIT.unavailable : EXIT.failed;
}
