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
import { MemoryLog } from '@orrery/infrastructure/memory';
import type { Link } from './link.js';
import type { Notices } from './notices.js';
import { remote } from './remote.js';
import type { SimDatabase } from './sim-database.js';
import { SessionLost, type SimLane } from './sim-lane.js';

/** The log as one process has it: it appends by its lane, and reads over its link. */
export class SimLog extends Log {
  private readonly reading: Log;
  private readonly pageCommits: number;

  constructor(
    private readonly lane: SimLane,
    private readonly notices: Notices,
    {
      database,
      link,
      pageCommits,
    }: { readonly database: SimDatabase; readonly link: Link; readonly pageCommits: number },
  ) {
    super();
    this.reading = remote<Log>(new MemoryLog(database.store), link);
    this.pageCommits = pageCommits;
  }

  override async append(rows: readonly NewCommit[]): Promise<Appended> {
    try {
      return await this.lane.run((session) => session.append(rows));
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      throw new CommitUnknown('the connection was lost before the database answered', { cause: error });
    }
  }

  override readStreams(after: readonly StreamPlace[], limitOfEach?: number): Promise<readonly Commit[]> {
    return this.reading.readStreams(after, limitOfEach);
  }

  override readStream(key: StreamKey, version: number, limit: number): Promise<readonly Commit[]> {
    return this.reading.readStream(key, version, limit);
  }

  override read(cursor: Cursor, limit: number, partitions?: ReadonlySet<number>): Promise<LogPage> {
    return this.reading.read(cursor, Math.min(limit, this.pageCommits), partitions);
  }

  override readAhead(after: ReadonlyMap<number, Cursor>): AsyncIterable<readonly Commit[]> {
    return this.reading.readAhead(after);
  }

  override count(after: Cursor, upTo: Cursor): Promise<ReadonlyMap<number, number>> {
    return this.reading.count(after, upTo);
  }

  override forgetAllButLast(keys: readonly StreamKey[]): Promise<void> {
    return this.reading.forgetAllButLast(keys);
  }

  override horizon(): Promise<Horizon> {
    return this.reading.horizon();
  }

  override epoch(): Promise<Epoch> {
    return this.reading.epoch();
  }

  override async announce(notices: readonly Notice[]): Promise<void> {
    this.notices.tell(notices);
  }

  override async listen(onNotice: (notice: Notice) => void): Promise<() => Promise<void>> {
    return this.notices.listen(onNotice);
  }
}
