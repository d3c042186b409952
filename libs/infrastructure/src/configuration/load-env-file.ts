import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { InvalidConfiguration } from './read-configuration.js';

/**
 * Adds the settings of a `.env` file beside which the process runs to its environment, if there is one; what is set already
 * stays. Throws `InvalidConfiguration` for one that cannot be read: its settings were meant.
 */
export function loadEnvFile(path = '.env'): void {
  if (!existsSync(path)) return;
  const fault = whyNotRead(path);
  if (fault !== undefined) throw new InvalidConfiguration([`${path} ${fault}`]);
  process.loadEnvFile(path);
}

// Node itself says of each of these something else, and of some that there is no such file.
function whyNotRead(path: string): string | undefined {
  if (statSync(path).isDirectory()) return 'is a directory, not a file of settings: move it away, or start elsewhere.';
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES') return `cannot be read: ${message}`;
    return 'may not be read by this user: let the user read it, or start elsewhere.';
  }
}
