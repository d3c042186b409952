import type { Client } from 'pg';

/** Ends the connection without a word, also while a statement is under way. */
export function destroy(client: Client): void {
  client.connection.stream.destroy();
}

/** Ends the connection for good: a server that has fallen silent would never say goodbye. */
export async function endAtOnce(client: Client): Promise<void> {
  const ended = client.end();
  destroy(client);
  await ended;
}
