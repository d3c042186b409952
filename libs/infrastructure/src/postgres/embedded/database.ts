import { Client, escapeIdentifier } from 'pg';
import { realpathSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { ROLE } from './cluster.js';
import type { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';

const DATABASE = 'orrery';

const whereAreWe = `
  select current_setting('data_directory') as cluster,
         exists (select from pg_database where datname = $1) as has_database`;

const createDatabase = `create database ${escapeIdentifier(DATABASE)}`;

/** A server that just came up, or took the place of a dying one, may drop its first connection: asked so often. */
const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 100;
const PASSING = new Set(['ECONNRESET', 'ECONNREFUSED', '57P01', '57P03']);

/** Proves that the server on this port is the one at work on our data, makes the database if missing; its URL. */
export async function openDatabase(port: number, password: string, directory: DataDirectory): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await askDatabase(port, password, directory);
    } catch (cause) {
      const passes = PASSING.has((cause as { code?: string }).code ?? '');
      if (!passes || attempt === ATTEMPTS) throw notOurs(port, directory, cause as Error);
      await setTimeout(BETWEEN_ATTEMPTS_MS);
    }
  }
}

async function askDatabase(port: number, password: string, directory: DataDirectory): Promise<string> {
  const urlOf = (name: string) => `postgres://${ROLE}:${password}@127.0.0.1:${port}/${name}`;
  const client = new Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 10_000 });
  let ended: Error | undefined;
  // What ends a session between two statements is told by this event alone, and the statement after it knows no reason.
  client.on('error', (error) => (ended ??= error));
  try {
    await client.connect();
    const { rows } = await client.query<{ cluster: string; has_database: boolean }>(whereAreWe, [DATABASE]);
    const [found] = rows;
    if (!found || realpathSync(found.cluster) !== realpathSync(directory.cluster))
      throw new Error(`it serves ${found?.cluster}`);
    if (!found.has_database) await client.query(createDatabase).catch(ignoreExisting);
    return urlOf(DATABASE);
  } catch (error) {
    throw ended ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Two processes that opened a new cluster at once. */
function ignoreExisting(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error;
}

function notOurs(port: number, { path, cluster }: DataDirectory, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres.not-ours',
    `A PostgreSQL server runs on ${path}, but does not let us in at 127.0.0.1:${port}: ${cause.message}`,
    `If it was started by hand, stop it (kill -INT $(head -1 ${cluster}/postmaster.pid)) and start again.`,
    { cause },
  );
}
