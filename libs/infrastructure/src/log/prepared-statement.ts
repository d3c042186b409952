import type { Client, Connection, Submittable } from 'pg';
import type { LaneRow } from './lane-session.js';

/** A statement that the server prepares once a session, with its values in the binary format. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Buffer[];
}

/** What pg's connection has beside its declared members: the statements that this session has prepared, by name. */
interface Prepares {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

/**
 * Runs a prepared statement; its rows come as the server wrote them. It says to pg's client just what has to be said:
 * an ordinary query also has its columns described, makes an emitter and a result, and takes almost twice the time.
 */
export function runPrepared(client: Client, query: PreparedQuery): Promise<readonly LaneRow[]> {
  return new Promise((resolve, reject) => void client.query(new PreparedStatement(query, resolve, reject)));
}

/** What pg's client submits, and tells of every message that answers it. */
class PreparedStatement implements Submittable {
  readonly name: string;
  readonly text: string;
  private readonly values: readonly Buffer[];
  private readonly rows: LaneRow[] = [];

  constructor(
    { name, text, values }: PreparedQuery,
    private readonly resolve: (rows: readonly LaneRow[]) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.name = name;
    this.text = text;
    this.values = values;
  }

  submit(connection: Connection): void {
    const { name, text, values } = this;
    const isPrepared = (connection as unknown as Prepares).parsedStatements[name] !== undefined;
    connection.stream.cork();
    if (!isPrepared) connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values: values as Buffer[] }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: LaneRow }): void {
    this.rows.push(fields);
  }

  /** It has been carried out, which is not yet to have committed. */
  handleCommandComplete(): void {}

  /** It has committed, unless it failed before. */
  handleReadyForQuery(): void {
    this.resolve(this.rows);
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}
