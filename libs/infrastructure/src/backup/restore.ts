import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Invalid, Refused } from '@orrery/domain';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openInstallation } from '../log/installation.js';
import { checkDatabase } from '../postgres/check-database.js';
import { migrate } from '../postgres/migrate.js';
import { migrations } from '../postgres/migrations/index.js';
import { openSession } from '../postgres/pools.js';
import { type IntegrityReport, checkIntegrity } from './check-integrity.js';
import { type BackedUpTable, type Manifest, readManifest } from './manifest.js';
import { ALL_TABLES, NO_LIMITS, type OnProgress, PLAIN_TEXT } from './tables.js';

export interface RestoreOptions {
  /** Where the backup is. */
  readonly directory: string;
  /** A database with nothing in it. */
  readonly databaseUrl: string;
  readonly onProgress?: OnProgress;
}

const TABLES_HERE = `
  select c.relname as name from pg_class c
   where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
     and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
   order by c.relname`;
const NEXT_POSITION = `
  select setval(pg_get_serial_sequence('commits', 'position'), coalesce(max(position), 0) + 1, false) from commits`;

/**
 * Restores a backup into an empty database, and checks what came of it. Nothing is written before every file has proved
 * whole; all rows come in one transaction, so that what was broken off left an empty database. In another cluster the
 * log is renumbered, as after any other dump. Throws `Refused` where something is in the database, `Invalid` where the
 * backup is damaged or cannot be read by this release.
 */
export async function restore({ directory, databaseUrl, onProgress }: RestoreOptions): Promise<IntegrityReport> {
  const place = resolve(directory);
  const manifest = await readManifest(place);
  mustBeKnown(manifest);
  for (const table of manifest.tables) await verify(place, table, onProgress);
  await checkDatabase(databaseUrl);
  await withClient(databaseUrl, makeEmpty);
  await migrate(databaseUrl, migrations.slice(0, manifest.migrations.length));
  await withClient(databaseUrl, (client) => fill(client, place, manifest, onProgress));
  await migrate(databaseUrl);
  await openInstallation(databaseUrl);
  await withClient(databaseUrl, (client) => client.query('analyze'));
  return checkIntegrity({ databaseUrl, manifest, onProgress });
}

/** The schema of the backup is made first, and then brought up to date: this release must know how it was. */
function mustBeKnown({ migrations: names, version }: Manifest): void {
  const known = migrations.map(({ name }) => name.replace(/\d+$/, (digits) => digits.padStart(13, '0')));
  const unknown = names.find((name, index) => name !== known[index]);
  if (unknown === undefined) return;
  const words = `The backup was made by release ${version}, whose schema is newer: ${unknown} is not known here.`;
  throw new Invalid('backup.newer', `${words} Restore it with that release.`);
}

async function verify(place: string, { name, file, bytes, sha256 }: BackedUpTable, onProgress?: OnProgress) {
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const chunk of createReadStream(join(place, file)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      done += chunk.length;
      onProgress?.({ step: 'verifying', of: name, done, unit: 'bytes' });
    }
  } catch (error) {
    throw damaged(place, `${file} cannot be read: ${(error as Error).message}`);
  }
  if (done !== bytes) throw damaged(place, `${file} has ${done} bytes, and the manifest says ${bytes}`);
  if (hash.digest('hex') !== sha256) throw damaged(place, `${file} is not what was written: its SHA-256 differs`);
}

function damaged(place: string, why: string): Invalid {
  return new Invalid(
    'backup.damaged',
    `The backup in ${place} is damaged: ${why}. Nothing was restored; take another.`,
  );
}

/** Tables of ours without a row in any of them are no more than a schema, which is made anew. */
async function makeEmpty(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(TABLES_HERE);
  const names = rows.map(({ name }) => name);
  for (const name of names) {
    const isOurs = ALL_TABLES.includes(name);
    if (isOurs && (name === 'orrery_migrations' || !(await hasRows(client, name)))) continue;
    const { database = '' } = client;
    const why = isOurs ? `${name} has rows` : `there is a table ${name}`;
    throw new Refused(
      'restore.not-empty',
      `The database "${database}" is not empty: ${why}. A backup is restored into an empty database only.`,
    );
  }
  if (names.length > 0) await client.query(`drop table ${names.join(', ')} cascade`);
}

async function hasRows(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ yes: boolean }>(`select exists (select from ${table}) as yes`);
  return rows[0]!.yes;
}

async function fill(client: Client, place: string, { tables }: Manifest, onProgress?: OnProgress): Promise<void> {
  await client.query(PLAIN_TEXT);
  await client.query('begin');
  for (const table of tables) await copyTable(client, place, table, onProgress);
  await client.query(NEXT_POSITION);
  await client.query('commit');
}

async function copyTable(client: Client, place: string, table: BackedUpTable, onProgress?: OnProgress): Promise<void> {
  const { name, columns, rows, file } = table;
  let done = 0;
  const watched = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      done += chunk.length;
      onProgress?.({ step: 'restoring', of: name, done, unit: 'bytes' });
      yield chunk;
    }
  };
  const copying = client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`));
  await pipeline(createReadStream(join(place, file)), createGunzip(), watched, copying);
  if (copying.rowCount !== rows)
    throw damaged(place, `${file} has ${copying.rowCount} rows, and the manifest says ${rows}`);
}

/** Without a commit, everything is as it was before. */
async function withClient<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openSession(databaseUrl, 'restore', NO_LIMITS);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
