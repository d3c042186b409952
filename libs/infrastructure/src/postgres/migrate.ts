import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '@orrery/domain';
import pg, { type Client } from 'pg';
import type { MigrationInterface } from 'typeorm';
import { migrations as all } from './migrations/index.js';
import { openSession } from './pools.js';

/** A change of the schema; see `migrations/index.ts` for its name. */
export type MigrationClass = new () => MigrationInterface;

export interface MigrateResult {
  /** The names of those that were run now, in order. */
  readonly applied: readonly string[];
  /** The names of those that only a later release knows: this process is older than its database. */
  readonly unknown: readonly string[];
}

const TABLE = 'orrery_migrations';
/** Any number will do, if nobody else in the database takes it. */
const LOCK = 7_770_001;
const LOCK_PATIENCE_MS = 5 * 60_000;

const hasTable = `select to_regclass('${TABLE}') is not null as yes`;
const readNames = `select name from ${TABLE} order by id`;
// Asked again and again instead of waited for: a statement that waits holds a snapshot, and an index that is built
// concurrently waits for every snapshot there is.
const takeLock = `select pg_try_advisory_lock(${LOCK}) as yes`;

/** No statement may take long to get its lock: everybody else queues up behind it. */
const session = `set lock_timeout = 10000; set statement_timeout = 0`;

/**
 * Brings the schema up to date. Any number of processes may do so at once: one works, the others wait for it. A database
 * that lacks nothing costs one connection and two queries.
 */
export async function migrate(url: string, migrations: readonly MigrationClass[] = all): Promise<MigrateResult> {
  const named = migrations.map(numbered);
  const client = await openSession(url, 'migrate');
  try {
    let known = await readApplied(client);
    const pending = () => named.filter(({ name }) => !known.includes(name)).map(({ title }) => title);
    if (pending().length === 0) return result([], known, named);
    await lock(client);
    known = await readApplied(client);
    const applied = pending();
    if (applied.length > 0) await run(url, named);
    return result(applied, known, named);
  } finally {
    // Its lock goes with it.
    await client.end();
  }
}

interface NumberedMigration {
  readonly title: string;
  /** As TypeORM records it. */
  readonly name: string;
  readonly Migration: MigrationClass;
}

/** TypeORM sorts by the thirteen digits at the end of a name, meant for a time; ours are the place in the list. */
function numbered(Migration: MigrationClass, index: number): NumberedMigration {
  const [, words, digits] = /^([A-Z][A-Za-z]*)(\d{4})$/.exec(Migration.name) ?? [];
  if (!words || Number(digits) !== index + 1) {
    throw new Error(
      `Migration ${index + 1} is called ${Migration.name}, not SomeWords${String(index + 1).padStart(4, '0')}.`,
    );
  }
  const name = `${words}${String(index + 1).padStart(13, '0')}`;
  return {
    title: Migration.name,
    name,
    Migration: class extends Migration {
      override readonly name = name;
    },
  };
}

async function readApplied(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ yes: boolean }>(hasTable);
  if (!rows[0]?.yes) return [];
  return (await client.query<{ name: string }>(readNames)).rows.map(({ name }) => name);
}

async function lock(client: Client): Promise<void> {
  for (const deadline = Date.now() + LOCK_PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
    if ((await client.query<{ yes: boolean }>(takeLock)).rows[0]?.yes) return;
  }
  throw new Unavailable(
    'database.migrating',
    'Another process has been changing the schema for five minutes. Look what keeps it.',
  );
}

async function run(url: string, named: readonly NumberedMigration[]): Promise<void> {
  // TypeORM takes longer to load than everything else here: only when there is something to do.
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    applicationName: 'orrery migrate',
    extra: { max: 1, onConnect: (client: Client) => client.query(session) },
    installExtensions: false,
    // Silent: what fails is thrown.
    logger: 'debug',
    migrations: named.map(({ Migration }) => Migration),
    migrationsTableName: TABLE,
    migrationsTransactionMode: 'each',
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

function result(
  applied: readonly string[],
  known: readonly string[],
  named: readonly NumberedMigration[],
): MigrateResult {
  const ours = new Set(named.map(({ name }) => name));
  return { applied, unknown: known.filter((name) => !ours.has(name)) };
}
