import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { openEmbeddedPostgres } from '../embedded-postgres.js';
import { migrate, type MigrationClass } from '../migrate.js';
import { migrations as all } from '../migrations/index.js';
import { reapAfter, type TestRun, thisTestRun } from './test-run.js';

/** A database for one test file: empty, but migrated. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it; rejects when the file left connections open. */
  drop(): Promise<void>;
}

/**
 * A fresh database, cloned from a template that is migrated once a run. It is on the server that
 * `ORRERY_TEST_DATABASE_URL` names, or on a private one that all workers of the run share: tests need nothing installed.
 * What is not dropped goes at the end of the run.
 */
export async function testDatabase(migrations: readonly MigrationClass[] = all): Promise<TestDatabase> {
  const run = thisTestRun();
  const server = await openServer(run);
  const name = `${run.prefix}_${randomBytes(4).toString('hex')}`;
  await onServer(server, async (client) => {
    const template = await ensureTemplate(server, client, run, migrations);
    await client.query(`create database ${name} template ${template}`);
  });
  return { url: at(server, name), drop: () => onServer(server, (client) => drop(client, name)) };
}

async function openServer(run: TestRun): Promise<string> {
  await mkdir(run.directory, { recursive: true, mode: 0o755 });
  const given = process.env['ORRERY_TEST_DATABASE_URL'];
  if (given) {
    reapAfter(run, { url: given });
    return given;
  }
  const { url, dataDirectory } = await openEmbeddedPostgres({
    dataDirectory: join(run.directory, 'data'),
    stateDirectory: run.directory,
    keepRunning: false,
    settings: { max_connections: '300' },
  });
  reapAfter(run, { url, dataDirectory });
  return url;
}

async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'orrery test' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The name of a database that holds these migrations and nothing else, made by whoever comes first. */
async function ensureTemplate(
  server: string,
  client: Client,
  { prefix }: TestRun,
  migrations: readonly MigrationClass[],
): Promise<string> {
  const template = `${prefix}_template_${await hashOf(migrations)}`;
  await client.query(`select pg_advisory_lock(hashtext($1))`, [template]);
  const { rowCount } = await client.query(`select from pg_database where datname = $1`, [template]);
  if (rowCount === 0) {
    await client.query(`drop database if exists ${template}_unfinished with (force)`);
    await client.query(`create database ${template}_unfinished template template0 encoding 'UTF8'`);
    await migrate(at(server, `${template}_unfinished`), migrations);
    await retryWhileInUse(() => client.query(`alter database ${template}_unfinished rename to ${template}`));
    // Nobody may connect: a database in use cannot be cloned.
    await client.query(`alter database ${template} with allow_connections false`);
  }
  await client.query(`select pg_advisory_unlock(hashtext($1))`, [template]);
  return template;
}

/** Under a watching Jest a run is long, and migrations change while it lasts. */
async function hashOf(migrations: readonly MigrationClass[]): Promise<string> {
  const directory = new URL('../migrations/', import.meta.url);
  const hash = createHash('sha256').update(migrations.join('\n'));
  for (const file of (await readdir(directory)).sort()) hash.update(await readFile(new URL(file, directory)));
  return hash.digest('hex').slice(0, 8);
}

const whoIsConnected = `
  select application_name as name, state, left(query, 120) as query
    from pg_stat_activity where datname = $1 and backend_type = 'client backend'
`;

async function drop(client: Client, name: string): Promise<void> {
  let connected: { name: string; state: string; query: string }[] = [];
  // A closed connection takes the server a moment to notice.
  for (const deadline = Date.now() + 1000; Date.now() < deadline; await sleep(20)) {
    connected = (await client.query(whoIsConnected, [name])).rows;
    if (connected.length === 0) break;
  }
  await client.query(`drop database if exists ${name} with (force)`);
  if (connected.length === 0) return;
  const list = connected.map((each) => `  ${each.name || '(no name)'}: ${each.state}, last said: ${each.query}`);
  throw new Error(`This test file left ${connected.length} connections open:\n${list.join('\n')}`);
}

async function retryWhileInUse<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== '55006' || attempt === 100) throw error;
      await sleep(20);
    }
  }
}

function at(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
