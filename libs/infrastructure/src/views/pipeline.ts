import type { PoolClient, QueryResult } from 'pg';

/** A statement and its values. One with a name is prepared and planned once a session. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

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
 * that fails the others fail too, up to the end of the transaction.
 */
export async function sendTogether(client: PoolClient, statements: readonly Statement[]): Promise<QueryResult[]> {
  const results = await Promise.allSettled(statements.map((statement) => client.query(statement)));
  const failed = results.findIndex(({ status }) => status === 'rejected');
  if (failed >= 0) throw new StatementFailed(statements[failed]!, (results[failed] as PromiseRejectedResult).reason);
  return results.map((result) => (result as PromiseFulfilledResult<QueryResult>).value);
}
