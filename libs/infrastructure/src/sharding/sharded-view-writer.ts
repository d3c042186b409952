import { type DeletedRun, type OpenRun, type StreamKey, type ViewBatch, ViewWriter } from '@orrery/application';
import { ByShard, type ShardPort, fromEach, inEach } from './by-shard.js';

/** The rows of the lists, each in the database of its stream. */
export class ShardedViewWriter extends ViewWriter {
  private readonly writers: ByShard<ViewWriter>;

  constructor(shards: readonly ShardPort<ViewWriter>[], partitions: number) {
    super();
    this.writers = new ByShard(shards, partitions);
  }

  /** A batch is of one log, and so are its checkpoints: all of it is in one database, and one transaction. */
  override write(batch: ViewBatch): Promise<boolean> {
    const { moves, runs, definitions, deadLetters } = batch;
    const first = moves[0] ?? runs[0] ?? definitions[0] ?? deadLetters[0];
    return first ? this.writers.at(first.partition).write(batch) : Promise.resolve(true);
  }

  override async definitionHashes(runs: readonly StreamKey[]): Promise<ReadonlyMap<string, string>> {
    return new Map(await fromEach(this.writers.streams(runs), (writer, some) => writer.definitionHashes(some)));
  }

  override async *openRuns(partitions: readonly number[], dueBefore: number): AsyncIterable<readonly OpenRun[]> {
    for (const [writer, some] of this.writers.partitions(partitions)) yield* writer.openRuns(some, dueBefore);
  }

  override endedRuns(partitions: readonly number[], endedBefore: number, limit: number): Promise<readonly StreamKey[]> {
    return this.upTo(limit, partitions, (writer, some, left) => writer.endedRuns(some, endedBefore, left));
  }

  override deletedRuns(
    partitions: readonly number[],
    deletedBefore: number,
    limit: number,
  ): Promise<readonly DeletedRun[]> {
    return this.upTo(limit, partitions, (writer, some, left) => writer.deletedRuns(some, deletedBefore, left));
  }

  override forgetDeleted(runs: readonly StreamKey[]): Promise<void> {
    return inEach(this.writers.streams(runs), (writer, some) => writer.forgetDeleted(some));
  }

  /** One database after the other, until there are so many. */
  private async upTo<Found>(
    limit: number,
    partitions: readonly number[],
    find: (writer: ViewWriter, partitions: readonly number[], left: number) => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const [writer, some] of this.writers.partitions(partitions)) {
      if (found.length < limit) found.push(...(await find(writer, some, limit - found.length)));
    }
    return found;
  }
}
