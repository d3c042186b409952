import { type Commit, type Cursor, START, isAfter } from '@orrery/application';
import type { Pool } from 'pg';
import { checkOut } from '../postgres/on-connection.js';
import { LONG } from '../postgres/pools.js';
import { commitOf } from './commit-rows.js';
import { AS_TEXT } from './lane-session.js';
import { BEGIN_AHEAD, DECLARE_AHEAD, FETCH_AHEAD } from './read-statements.js';
import { inDomainWords } from './sql-errors.js';

const PATIENT = { query_timeout: LONG.answerMs };

/** Reads through a cursor of the server, which sorts once and holds one snapshot; a reader delays no horizon. */
export async function* readAhead(pool: Pool, after: ReadonlyMap<number, Cursor>): AsyncGenerator<readonly Commit[]> {
  if (after.size === 0) return;
  const { client, release } = await inDomainWords(checkOut(pool));
  let failure: Error | undefined;
  try {
    await inDomainWords(client.query(BEGIN_AHEAD));
    await inDomainWords(client.query({ text: DECLARE_AHEAD, values: valuesOf(after), ...PATIENT }));
    for (;;) {
      const fetch = { text: FETCH_AHEAD, rowMode: 'array' as const, types: AS_TEXT, ...PATIENT };
      const { rows } = await inDomainWords(client.query<(string | null)[]>(fetch));
      if (rows.length === 0) return;
      yield rows.map(commitOf);
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // Also when the caller has read enough. A connection that failed is not given back to others.
    if (!failure) await client.query('rollback').catch((error: Error) => (failure = error));
    release(failure);
  }
}

function valuesOf(after: ReadonlyMap<number, Cursor>): unknown[] {
  const cursors = [...after.values()];
  const lowest = cursors.reduce((low, each) => (isAfter(low, each) ? each : low), cursors[0] ?? START);
  return [
    [...after.keys()],
    cursors.map((each) => each.transactionId.toString()),
    cursors.map((each) => each.position.toString()),
    lowest.transactionId.toString(),
    lowest.position.toString(),
  ];
}
