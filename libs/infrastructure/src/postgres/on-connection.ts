import type { Pool, PoolClient } from 'pg';

/** A connection of its own for a while. */
export interface CheckedOut {
  readonly client: PoolClient;
  /** Gives it back; one on which anything failed is closed, whatever state it was left in, and its pool hears why. */
  release(failure?: Error): void;
}

/**
 * Takes a connection out of its pool. Nobody but its user hears that it broke, and without a listener that would end the
 * process: whatever is sent on it then fails, which tells as much.
 */
export async function checkOut(pool: Pool): Promise<CheckedOut> {
  const client = await pool.connect();
  const ignore = () => undefined;
  client.on('error', ignore);
  const release = (failure?: Error) => {
    client.off('error', ignore);
    client.release(failure);
  };
  return { client, release };
}

/** Works on a connection of its own. */
export async function onConnection<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const { client, release } = await checkOut(pool);
  let failure: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    release(failure);
  }
}
