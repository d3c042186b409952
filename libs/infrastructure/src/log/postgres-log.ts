import {
  type Appended,
  type Commit,
  CommitUnknown,
  type Cursor,
  type Epoch,
  type Horizon,
  Log,
  type LogPage,
  type NewCommit,
  type Notice,
  type StreamKey,
  type StreamPlace,
} from '@orrery/application';
import type { Pool, QueryConfig } from 'pg';
import { ChannelListener } from './channel-listener.js';
import { AppendStatement, NOTHING_APPENDED } from './append-statement.js';
import { commitOf } from './commit-rows.js';
import { AS_TEXT, type LaneRow, type LaneSession, SessionLost } from './lane-session.js';
import { CHANNEL, NOTIFY, noticesOf, payloadsOf } from './notices.js';
import { readAhead } from './read-ahead.js';
import {
  COUNT_RANGE,
  EPOCH,
  FORGET_ALL_BUT_LAST,
  HORIZON,
  READ_LOG,
  READ_STREAM,
  READ_STREAMS,
  READ_STREAM_PAGES,
} from './read-statements.js';
import { asDomainError, inDomainWords } from './sql-errors.js';

/** A page of the log holds at most so many bytes as stored, but always one commit. */
const PAGE_BYTES = 16 * 1_048_576;

/**
 * The log in PostgreSQL. It appends by the one session that also holds the partitions, reads by a pool, and listens on
 * a connection of its own.
 */
export class PostgresLog extends Log {
  private readonly statement = new AppendStatement();
  private knownEpoch: Epoch | undefined;

  /** `url` is where `listen` connects. */
  constructor(
    private readonly lane: LaneSession,
    private readonly pool: Pool,
    private readonly url: string,
  ) {
    super();
    // A new session may be one with another server, promoted in the meantime.
    lane.onUp(() => (this.knownEpoch = undefined));
  }

  override async append(rows: readonly NewCommit[]): Promise<Appended> {
    if (rows.length === 0) return NOTHING_APPENDED;
    try {
      return await this.lane.run((ask) => this.statement.run(ask, rows));
    } catch (error) {
      if (!(error instanceof SessionLost)) throw asDomainError(error);
      throw new CommitUnknown('the connection was lost before the database answered', { cause: error });
    }
  }

  override async readStreams(after: readonly StreamPlace[], limitOfEach?: number): Promise<readonly Commit[]> {
    if (after.length === 0) return [];
    const values = [after.map((each) => each.namespace), after.map((each) => each.stream), after.map((e) => e.version)];
    const reading =
      limitOfEach === undefined
        ? { ...READ_STREAMS, values }
        : { ...READ_STREAM_PAGES, values: [...values, limitOfEach] };
    return (await this.query(reading)).map(commitOf);
  }

  override async readStream(key: StreamKey, version: number, limit: number): Promise<readonly Commit[]> {
    const rows = await this.query({ ...READ_STREAM, values: [key.namespace, key.stream, version, limit] });
    return rows.map(commitOf);
  }

  override async read(cursor: Cursor, limit: number, partitions?: ReadonlySet<number>): Promise<LogPage> {
    const values = [...textOf(cursor), limit, partitions ? [...partitions] : null, PAGE_BYTES];
    const rows = await this.query({ ...READ_LOG, values });
    const commits: Commit[] = [];
    let next = cursor;
    for (const [within, ...row] of rows) {
      if (within !== 't') return { commits, next, more: true };
      const commit = commitOf(row);
      next = commit.cursor;
      if (commit.events !== null) commits.push(commit);
    }
    return { commits, next, more: false };
  }

  override readAhead(after: ReadonlyMap<number, Cursor>): AsyncIterable<readonly Commit[]> {
    return readAhead(this.pool, after);
  }

  override async count(after: Cursor, upTo: Cursor): Promise<ReadonlyMap<number, number>> {
    const rows = await this.query({ ...COUNT_RANGE, values: [...textOf(after), ...textOf(upTo)] });
    return new Map(rows.map(([partition, count]) => [Number(partition), Number(count)]));
  }

  override async forgetAllButLast(keys: readonly StreamKey[]): Promise<void> {
    if (keys.length === 0) return;
    await this.query({
      text: FORGET_ALL_BUT_LAST,
      values: [keys.map((key) => key.namespace), keys.map((key) => key.stream)],
    });
  }

  override async horizon(): Promise<Horizon> {
    const [row] = await this.query({ text: HORIZON });
    const [transactionId, ageMs] = row!;
    return { transactionId: BigInt(transactionId!), ageMs: Number(ageMs ?? 0) };
  }

  override async epoch(): Promise<Epoch> {
    if (this.knownEpoch) return this.knownEpoch;
    const [row] = await this.query({ text: EPOCH });
    const [systemIdentifier, timeline] = row!;
    this.knownEpoch = { systemIdentifier: systemIdentifier!, timeline: Number(timeline) };
    return this.knownEpoch;
  }

  override async announce(notices: readonly Notice[]): Promise<void> {
    if (notices.length > 0) await this.query({ ...NOTIFY, values: [payloadsOf(notices)] });
  }

  override async listen(onNotice: (notice: Notice) => void): Promise<() => Promise<void>> {
    const listener = new ChannelListener(this.url, CHANNEL, (payload) => noticesOf(payload).forEach(onNotice));
    await listener.open();
    return () => listener.close();
  }

  private async query(query: QueryConfig): Promise<readonly LaneRow[]> {
    const whole = { ...query, rowMode: 'array' as const, types: AS_TEXT };
    return (await inDomainWords(this.pool.query<(string | null)[]>(whole))).rows;
  }
}

function textOf({ transactionId, position }: Cursor): [string, string] {
  return [transactionId.toString(), position.toString()];
}
