import { assertDurableSettings, assertSessionPooling } from '@orrery/infrastructure';
import { Client } from 'pg';
import { clockOf } from './check-server.js';
import { type Finding, fail, ok, warn } from './findings.js';

const CONNECT_WITHIN_MS = 5_000;

/** The database that DATABASE_URL names: whether it keeps what it acknowledges, keeps sessions, and knows the time. */
export async function checkDatabase(url: string, now: () => number): Promise<readonly Finding[]> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    application_name: 'orrery doctor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return [await settingsOf(client), await poolingOf(url), await clockOfDatabase(client, now)];
  } catch (error) {
    return [
      fail(
        'database',
        `it does not let us in: ${(error as Error).message}`,
        'Check DATABASE_URL, and that PostgreSQL runs.',
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function settingsOf(client: Client): Promise<Finding> {
  try {
    const warnings = await assertDurableSettings(client);
    if (warnings.length > 0) return warn('database', warnings.join(' '), 'Run the tests of your release against it.');
    return ok('database', 'fsync, full_page_writes and synchronous_commit are on');
  } catch (error) {
    return fail('database', (error as Error).message, 'Set what is named in postgresql.conf, and reload.');
  }
}

async function poolingOf(url: string): Promise<Finding> {
  try {
    await assertSessionPooling(url);
    return ok('sessions', 'no pooler in transaction mode stands between');
  } catch (error) {
    return fail('sessions', (error as Error).message, 'Name the server itself in DATABASE_URL.');
  }
}

async function clockOfDatabase(client: Client, now: () => number): Promise<Finding> {
  const asked = now();
  const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
  return clockOf('db clock', rows[0]!.at.getTime(), { asked, answered: now() });
}
