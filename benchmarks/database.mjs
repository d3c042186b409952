// A database for one benchmark: on the server that PGHOST and its kin name, or on a private one of our own.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Opens it; `close` removes whatever was made. */
export async function openDatabase(openEmbeddedPostgres) {
  if (process.env.PGHOST) return onServer();
  const directory = await mkdtemp(join(tmpdir(), 'orrery-bench-'));
  // As root the server runs as another user, who has to get there.
  await chmod(directory, 0o755);
  const server = await openEmbeddedPostgres({ dataDirectory: join(directory, 'data'), stateDirectory: directory });
  const close = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { url: server.url, close };
}

async function onServer() {
  const name = `orrery_bench_${randomBytes(4).toString('hex')}`;
  const run = async (statement) => {
    const client = new pg.Client({ database: process.env.PGDATABASE ?? 'postgres' });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name} template template0 encoding 'UTF8'`);
  const { PGHOST, PGPORT = '5432', PGUSER = 'postgres', PGPASSWORD = '' } = process.env;
  const url = new URL(`postgresql://host:${PGPORT}/${name}`);
  url.username = PGUSER;
  url.password = PGPASSWORD;
  if (PGHOST.startsWith('/')) url.searchParams.set('host', PGHOST);
  else url.hostname = PGHOST;
  return { url: url.href, close: () => run(`drop database if exists ${name} with (force)`) };
}
