// Processor time of processes of ours and of the backends of a database, from /proc: Linux, and PostgreSQL on this machine.
// Backends of other databases are not counted, nor what the server does in the background for all.
import { readFileSync } from 'node:fs';
import pg from 'pg';

/** A tick of the kernel's accounting, on every usual build. */
const TICK_MS = 10;
/** A backend that ends takes with it at most what it used since the last look. */
const LOOK_EVERY_MS = 250;

const BACKENDS = 'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';

/** Name and milliseconds of a process; nothing when it has ended. */
function look(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = line.lastIndexOf(')');
    const fields = line.slice(end + 2).split(' ');
    return { name: line.slice(line.indexOf('(') + 1, end), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}

/** Begins to count; `stop` says what was used since, in milliseconds. */
export async function countProcessorTime(pids, databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const atFirst = new Map();
  const used = new Map();
  const lookAtBackends = async (isFirst) => {
    const { rows } = await client.query(BACKENDS);
    for (const { pid } of rows) {
      const found = look(pid);
      if (isFirst && found?.name !== 'postgres') throw new Error(NOT_HERE);
      if (!atFirst.has(pid)) atFirst.set(pid, isFirst ? found.ms : 0);
      if (found) used.set(pid, found.ms - atFirst.get(pid));
    }
  };
  const ofOurs = () => pids.reduce((sum, pid) => sum + (look(pid)?.ms ?? 0), 0);
  await lookAtBackends(true).catch((error) => client.end().then(() => Promise.reject(error)));
  const before = ofOurs();
  const timer = setInterval(() => void lookAtBackends(false).catch(() => undefined), LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      const node = ofOurs() - before;
      await lookAtBackends(false).finally(() => client.end());
      return { node, postgres: [...used.values()].reduce((sum, ms) => sum + ms, 0) };
    },
  };
}

const NOT_HERE =
  'the backends of the database are not in /proc: processor time is counted on Linux, with PostgreSQL on this machine; ' +
  'let DATABASE_URL name one there, or leave it unset';
