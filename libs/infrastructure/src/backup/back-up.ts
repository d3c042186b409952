import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Refused } from '@orrery/domain';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { EPOCH } from '../log/read-statements.js';
import { openSession } from '../postgres/pools.js';
import { VERSION } from '../system/version.js';
import { BACKUP_FORMAT, type BackedUpTable, MANIFEST_FILE, type Manifest } from './manifest.js';
import { BACKED_UP_TABLES, NO_LIMITS, type OnProgress, PLAIN_TEXT } from './tables.js';

export interface BackUpOptions {
  readonly databaseUrl: string;
  /** Where the backup is to be: made by it, and not there before unless it is empty. */
  readonly directory: string;
  readonly onProgress?: OnProgress;
}

/** Fast enough to keep up with the server; the log's JSON shrinks to about a tenth all the same. */
const COMPRESSION = { level: 3 };

// One snapshot for all: what is written meanwhile is in no table of the backup. It has no transaction id, so that it
// holds back no horizon.
const BEGIN = 'begin isolation level repeatable read read only';
const IS_INSTALLED = `select to_regclass('installation') is not null and to_regclass('dead_letters') is not null as yes`;
const INSTALLED = `
  select partitions, current_setting('server_version') as postgres,
         (select json_agg(name order by id) from orrery_migrations) as migrations
    from installation`;
const LOG_COUNTS = `
  select count(*)::float8 as commits, coalesce(sum(last_version - first_version + 1), 0)::float8 as events,
         count(distinct (namespace, stream_id))::float8 as streams
    from commits`;
const COLUMNS = `
  select json_agg(attname order by attnum) as columns from pg_attribute
   where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;

/**
 * Backs up a database as it is at one moment, while it is being worked on. Half a backup is never taken for one: it is
 * written beside its place, and moved there when all of it is on the disk. Throws `Refused` when something is there.
 */
export async function backUp({ databaseUrl, directory, onProgress }: BackUpOptions): Promise<Manifest> {
  const target = resolve(directory);
  await mustBeFree(target);
  const partial = await makePartial(target);
  try {
    const manifest = await copyAll(databaseUrl, partial, onProgress);
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(join(partial, MANIFEST_FILE), text, { flush: true });
    await flushDirectory(partial);
    await rename(partial, target);
    await flushDirectory(dirname(target));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function mustBeFree(target: string): Promise<void> {
  const found = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length === 0) return;
  throw new Refused('backup.exists', `${target} is not empty. Say another directory, or remove what is in it.`);
}

async function makePartial(target: string): Promise<string> {
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(partial).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    const why = 'another backup is being written there, or one was broken off';
    throw new Refused('backup.under-way', `${partial} exists: ${why}. Remove it if nobody writes to it.`);
  });
  return partial;
}

async function copyAll(databaseUrl: string, directory: string, onProgress?: OnProgress): Promise<Manifest> {
  const client = await openSession(databaseUrl, 'backup', NO_LIMITS);
  try {
    await client.query(PLAIN_TEXT);
    await client.query(BEGIN);
    const about = await describe(client);
    const tables: BackedUpTable[] = [];
    for (const name of BACKED_UP_TABLES) tables.push(await copyTable(client, directory, name, onProgress));
    await client.query('commit');
    return { ...about, tables };
  } finally {
    await client.end();
  }
}

async function describe(client: Client): Promise<Omit<Manifest, 'tables'>> {
  const { rows: found } = await client.query<{ yes: boolean }>(IS_INSTALLED);
  const installed = found[0]!.yes
    ? (await client.query<Pick<Manifest, 'partitions' | 'postgres' | 'migrations'>>(INSTALLED)).rows[0]
    : undefined;
  if (!installed) {
    const words = 'This database has not been used by Orrery, or not since an upgrade';
    throw new Refused('backup.nothing', `${words}: there is nothing to back up. Start the server on it once.`);
  }
  const { rows: epochs } = await client.query<{ system_identifier: string; timeline: number }>(EPOCH);
  const { system_identifier: systemIdentifier, timeline } = epochs[0]!;
  const { rows: counts } = await client.query<Manifest['log']>(LOG_COUNTS);
  return {
    format: BACKUP_FORMAT,
    version: VERSION,
    createdAt: new Date().toISOString(),
    epoch: { systemIdentifier, timeline },
    ...installed,
    log: counts[0]!,
  };
}

async function copyTable(
  client: Client,
  directory: string,
  name: string,
  onProgress: OnProgress = () => undefined,
): Promise<BackedUpTable> {
  const { rows } = await client.query<{ columns: string[] }>(COLUMNS, [name]);
  const { columns } = rows[0]!;
  const file = `${name}.copy.gz`;
  const hash = createHash('sha256');
  let [read, written] = [0, 0];
  const copying = client.query(copyTo(`copy ${name} (${columns.join(', ')}) to stdout`));
  const watched = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      read += chunk.length;
      onProgress({ step: 'backing up', of: name, done: read, unit: 'bytes' });
      yield chunk;
    }
  };
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      written += chunk.length;
      yield chunk;
    }
  };
  const target = createWriteStream(join(directory, file), { flags: 'wx', flush: true });
  await pipeline(copying, watched, createGzip(COMPRESSION), hashed, target);
  return { name, columns, rows: copying.rowCount, file, bytes: written, sha256: hash.digest('hex') };
}

/** What stands in a directory is on the disk only when the directory itself is. */
async function flushDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
