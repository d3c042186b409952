import type { Pool, PoolClient } from 'pg';

/** A connection of its own for a while. */
export interface CheckedOut {
  readonly client: PoolClient;
  /** Gives it back; one on which anything failed is closed, whatever state it was left in. */
  release(failed: boolean): void;
}

/**
 * Takes a connection out of its pool. Nobody but its user hears that it broke, and without a listener that would end the
 * process: whatever is sent on it then fails, which tells as much.
 */
export async function checkOut(pool: Pool): Promise<CheckedOut> {
  const client = await pool.connect();
  const ignore = () => undefined;
  client.on('error', ignore);
  const release = (failed: boolean) => {
    client.off('error', ignore);
    client.release(failed);
  };
  return { client, release };
}

/** Works on a connection of its own. */
export async function onConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const { client, release } = await checkOut(pool);
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } finally {
    release(failed);
  }
}
