import { checkDatabase } from './check-database.js';
import { migrate } from './migrate.js';

/**
 * Checks that a server is fit to hold the log, and brings its schema up to date. Returns the names of the migrations that
 * were run. Throws `Unavailable` when it cannot be reached, or is not fit.
 */
export async function prepareDatabase(url: string, onWarning: (words: string) => void): Promise<readonly string[]> {
  for (const warning of await checkDatabase(url)) onWarning(warning);
  const { applied, unknown } = await migrate(url);
  if (unknown.length > 0) onWarning(`The database has seen a newer release: ${unknown.join(', ')} is not known here.`);
  return applied;
}
