import type { Log, Shard } from './ports/log.js';

/** One of a kind for each database that has some of the partitions; where there is but one, one. */
export class PerShard<Part> {
  readonly all: readonly Part[];
  private readonly first: Part;
  private readonly byPartition: readonly Part[] | undefined;

  constructor(log: Log, make: (log: Log, shard?: Shard) => Part) {
    const { shards } = log;
    this.all = shards ? shards.map((shard) => make(shard.log, shard)) : [make(log)];
    this.first = this.all[0]!;
    this.byPartition = shards && inOrder(shards, this.all);
  }

  /** That of the database which has this partition. */
  of(partition: number): Part {
    return this.byPartition ? this.byPartition[partition]! : this.first;
  }
}

function inOrder<Part>(shards: readonly Shard[], parts: readonly Part[]): readonly Part[] {
  const byPartition: Part[] = [];
  for (const [index, { partitions }] of shards.entries()) {
    for (const partition of partitions) byPartition[partition] = parts[index]!;
  }
  return byPartition;
}
