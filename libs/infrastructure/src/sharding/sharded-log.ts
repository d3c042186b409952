import { createHash } from 'node:crypto';
import {
  type Appended,
  type Commit,
  type Cursor,
  type Epoch,
  type Horizon,
  Log,
  type LogPage,
  type Notice,
  type Shard,
  type StreamKey,
  type StreamPlace,
} from '@orrery/application';
import { ByShard, fromEach, inEach, listenToEach } from './by-shard.js';

/**
 * The logs of several databases, as far as they are one: a stream is found by its partition. What has an order or is one
 * transaction is a matter of each alone: it is appended, read and counted by `shards`.
 */
export class ShardedLog extends Log {
  private readonly logs: ByShard<Log>;

  constructor(
    override readonly shards: readonly Shard[],
    partitions: number,
  ) {
    super();
    this.logs = new ByShard(
      shards.map(({ log: port, ...shard }) => ({ ...shard, port })),
      partitions,
    );
  }

  override append(): Promise<Appended> {
    return Promise.reject(notTogether());
  }

  override read(): Promise<LogPage> {
    return Promise.reject(notTogether());
  }

  override count(): Promise<ReadonlyMap<number, number>> {
    return Promise.reject(notTogether());
  }

  override readStreams(after: readonly StreamPlace[], limitOfEach?: number): Promise<readonly Commit[]> {
    return fromEach(this.logs.streams(after), (log, streams) => log.readStreams(streams, limitOfEach));
  }

  override readStream(key: StreamKey, version: number, limit: number): Promise<readonly Commit[]> {
    return this.logs.of(key).readStream(key, version, limit);
  }

  override async *readAhead(after: ReadonlyMap<number, Cursor>): AsyncIterable<readonly Commit[]> {
    for (const [log, partitions] of this.logs.partitions(after.keys())) {
      yield* log.readAhead(new Map(partitions.map((partition) => [partition, after.get(partition)!])));
    }
  }

  override forgetAllButLast(keys: readonly StreamKey[]): Promise<void> {
    return inEach(this.logs.streams(keys), (log, streams) => log.forgetAllButLast(streams));
  }

  /** That of the database which is held back longest. */
  override async horizon(): Promise<Horizon> {
    const horizons = await Promise.all(this.logs.all.map((log) => log.horizon()));
    return horizons.reduce((oldest, each) => (each.ageMs > oldest.ageMs ? each : oldest));
  }

  /** Another one as soon as any of them has another one: timelines only ever grow. */
  override async epoch(): Promise<Epoch> {
    const epochs = await Promise.all(this.logs.all.map((log) => log.epoch()));
    const clusters = epochs.map(({ systemIdentifier }, index) => `${this.shards[index]!.name} ${systemIdentifier}`);
    const systemIdentifier = createHash('sha256').update(clusters.join('\n')).digest('hex').slice(0, 16);
    return { systemIdentifier, timeline: epochs.reduce((sum, { timeline }) => sum + timeline, 0) };
  }

  override announce(notices: readonly Notice[]): Promise<void> {
    const split = this.logs.split(notices, ({ partition }) => this.logs.at(partition));
    return inEach(split, (log, some) => log.announce(some));
  }

  override listen(onNotice: (notice: Notice) => void): Promise<() => Promise<void>> {
    return listenToEach(this.logs.all, (log) => log.listen(onNotice));
  }
}

function notTogether(): Error {
  return new Error('the logs of several databases have no order and no transaction together: each is asked alone');
}
