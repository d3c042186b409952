import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { onConnection } from '../postgres/on-connection.js';
import { LONG } from '../postgres/pools.js';

/** A statement and its values. One with a name is prepared and planned once a session. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Begins a transaction whose statements may take long. */
export const BEGIN_LONG: Statement = { text: `begin; set local statement_timeout = ${LONG.statementMs}`, values: [] };
export const COMMIT: Statement = { text: 'commit', values: [] };

/** Why a statement of a transaction failed; nothing of the transaction stands. */
export class StatementFailed extends Error {
  constructor(
    readonly statement: Statement,
    override readonly cause: unknown,
  ) {
    super((cause as Error).message);
  }
}

/**
 * Sends statements without waiting for one before the next, on a connection that pipelines. A transaction that writes
 * holds back every reader of the log for as long as it is open: this one never waits for us in between. After the first
 * that fails the others fail too, up to the end of the transaction. What begins it is answered at once, however long the
 * rest may take: by that it is noticed soon where nobody is there any more.
 */
export async function sendTogether(client: PoolClient, statements: readonly Statement[]): Promise<QueryResult[]> {
  const send = (statement: Statement) => client.query(isBegin(statement) ? statement : patiently(statement));
  const results = await Promise.allSettled(statements.map(send));
  const failed = results.findIndex(({ status }) => status === 'rejected');
  if (failed >= 0) throw new StatementFailed(statements[failed]!, (results[failed] as PromiseRejectedResult).reason);
  return results.map((result) => (result as PromiseFulfilledResult<QueryResult>).value);
}

/** The rows of a statement that may take long. */
export async function readPatiently<Row extends QueryResultRow>(pool: Pool, statement: Statement): Promise<Row[]> {
  const together = [BEGIN_LONG, statement, COMMIT];
  const sent = onConnection(pool, (client) => sendTogether(client, together)).catch((error: unknown) => {
    throw error instanceof StatementFailed ? error.cause : error;
  });
  return (await sent)[1]!.rows as Row[];
}

function isBegin({ text }: Statement): boolean {
  return text.startsWith(BEGIN_LONG.text);
}

function patiently(statement: Statement) {
  return { ...statement, query_timeout: LONG.answerMs };
}
