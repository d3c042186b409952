import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const UP_TO = 'select pg_snapshot_xmax(pg_current_snapshot())::text as upto';
const REACHED = 'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as yes';
const WITHIN_MS = 60_000;

/**
 * Resolves when every transaction has ended that was open anywhere in the cluster, other databases included: from then
 * on none of them holds back what had committed before. A neighbour that makes its database may take seconds.
 */
export async function settled(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    const { upto } = (await client.query(UP_TO)).rows[0];
    for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline; await sleep(20)) {
      if ((await client.query(REACHED, [upto])).rows[0].yes) return;
    }
  } finally {
    await client.end();
  }
  throw new Error(`A transaction that had begun before was still open after ${WITHIN_MS} ms.`);
}
