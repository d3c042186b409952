import { Unavailable } from '@orrery/domain';
import { Client } from 'pg';
import { assertDurableSettings } from './durable-settings.js';
import { assertSessionPooling } from './session-pooling.js';

/** What must be true of a server before anything is entrusted to it. Throws `Unavailable`; returns warnings. */
export async function checkDatabase(url: string): Promise<string[]> {
  const client = new Client({
    connectionString: url,
    application_name: 'orrery probe',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error) => {
      throw unreachable(url, error);
    });
    const warnings = await assertDurableSettings(client);
    await assertSessionPooling(url);
    return warnings;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreachable(url: string, error: Error): Unavailable {
  const { host } = new URL(url);
  // A name with several addresses fails once for each, and says so only inside.
  const why =
    error instanceof AggregateError ? error.errors.map((each: Error) => each.message).join('; ') : error.message;
  return new Unavailable(
    'database.unreachable',
    `PostgreSQL at ${host} does not let us in: ${why}. Check DATABASE_URL.`,
  );
}
