import { randomInt } from 'node:crypto';
import { Unavailable } from '@orrery/domain';
import { Client } from 'pg';

const takeLock = `select pg_backend_pid() as pid, pg_try_advisory_lock($1::int, $2::int) as locked`;
const whoAmI = `select pg_backend_pid() as pid`;

/** Of advisory locks with two keys, those with this first one are ours to try. */
const LOCK_SPACE = 0x0077e7e5;

/**
 * Proves that a connection to this URL is a session of its own, with its locks, settings and notifications; throws
 * `database.pooled` where a pooler hands out one connection of the server to many clients, a transaction at a time.
 */
export async function assertSessionPooling(url: string): Promise<void> {
  const one = new Client({ connectionString: url, application_name: 'orrery probe', query_timeout: 5_000 });
  const other = new Client({ connectionString: url, application_name: 'orrery probe', query_timeout: 5_000 });
  for (const client of [one, other]) client.on('error', () => undefined);
  try {
    await Promise.all([one.connect(), other.connect()]);
    if (await shareSessions(one, other)) throw pooled();
  } finally {
    await Promise.all([one.end().catch(() => undefined), other.end().catch(() => undefined)]);
  }
}

/** Whether two clients meet on one session of the server, or one client wanders between several. */
async function shareSessions(one: Client, other: Client): Promise<boolean> {
  const key = randomInt(2 ** 31);
  const [mine] = (await one.query<{ pid: number }>(takeLock, [LOCK_SPACE, key])).rows;
  // A pooler that lends what has rested longest lets a client wander from one statement to the next...
  for (let statement = 1; statement <= 3; statement++) {
    const [again] = (await one.query<{ pid: number }>(whoAmI)).rows;
    if (again?.pid !== mine?.pid) return true;
  }
  // ...and one that lends what was used last, or has only one, gives it to the next who asks.
  const [theirs] = (await other.query<{ pid: number; locked: boolean }>(takeLock, [LOCK_SPACE, key])).rows;
  return theirs?.pid === mine?.pid || theirs?.locked === true;
}

function pooled(): Unavailable {
  return new Unavailable(
    'database.pooled',
    'Between Orrery and PostgreSQL stands a pooler that does not keep sessions (transaction pooling). Locks and ' +
      'notifications belong to a session, so Orrery cannot work through it. Give the URL of the server itself, or of a ' +
      'pool in session mode (PgBouncer: pool_mode = session).',
  );
}
