// Where the benchmarks keep their data: on the PostgreSQL that DATABASE_URL or PGHOST and its kin name, else on the one
// that answers on this machine, else on a private one of our own.
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const LOCAL = 'postgresql://postgres@127.0.0.1:5432/postgres';

/** A database for one benchmark; `close` removes whatever was made. */
export async function openDatabase(openEmbeddedPostgres) {
  const server = await openServer(openEmbeddedPostgres);
  try {
    const { url } = await server.create();
    return { url, close: server.close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A server to make databases on: `create` makes one, and `close` drops those that are left. */
export async function openServer(openEmbeddedPostgres) {
  const given = process.env.DATABASE_URL || urlOfEnvironment();
  if (given) return onServer(given);
  if (await answers(LOCAL)) return onServer(LOCAL);
  const directory = await mkdtemp(join(tmpdir(), 'orrery-bench-'));
  // As root the server runs as another user, who has to get there.
  await chmod(directory, 0o755);
  const server = await openEmbeddedPostgres({ dataDirectory: join(directory, 'data'), stateDirectory: directory });
  return onServer(server.url, async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
}

/** Asks a database for something over a connection of its own. */
export async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url, application_name: 'orrery benchmark' });
  await client.connect();
  return client.query(text, values).finally(() => client.end());
}

function onServer(server, stop = async () => undefined) {
  const made = new Set();
  const nameOf = (url) => pg.escapeIdentifier(new URL(url).pathname.slice(1));
  const drop = async (url) => {
    if (made.delete(url)) await query(server, `drop database if exists ${nameOf(url)} with (force)`);
  };
  const create = async () => {
    const url = new URL(server);
    url.pathname = `${url.pathname.slice(1) || 'postgres'}_bench_${randomBytes(4).toString('hex')}`;
    await query(server, `create database ${nameOf(url)} template template0 encoding 'UTF8'`).catch((error) => {
      const words = `no database could be made on the PostgreSQL at ${url.host}: ${error.message || error.code}`;
      throw new Error(`${words}; check DATABASE_URL or PGHOST`, { cause: error });
    });
    made.add(url.href);
    return { url: url.href, drop: () => drop(url.href) };
  };
  const clear = async () => {
    for (const url of made) await drop(url);
    await stop();
  };
  let closing;
  const close = () => (closing ??= clear());
  // Whoever loses patience leaves nothing behind either.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().finally(() => process.exit(1)));
  return { create, close };
}

const answers = (url) =>
  query(url, 'select 1').then(
    () => true,
    () => false,
  );

function urlOfEnvironment() {
  const { PGHOST, PGPORT = '5432', PGUSER = 'postgres', PGPASSWORD = '', PGDATABASE = 'postgres' } = process.env;
  if (!PGHOST) return undefined;
  const url = new URL(`postgresql://host:${PGPORT}/${PGDATABASE}`);
  url.username = PGUSER;
  url.password = PGPASSWORD;
  if (PGHOST.startsWith('/')) url.searchParams.set('host', PGHOST);
  else url.hostname = PGHOST;
  return url.href;
}
