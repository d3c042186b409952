import type { Log } from '@orrery/sdk';

/** A log that keeps what it is told, from warnings on. */
export function listLog(said: string[]): Log {
  const quiet = () => undefined;
  const keep = (message: string) => void said.push(message);
  return { debug: quiet, info: quiet, warn: keep, error: keep };
}
