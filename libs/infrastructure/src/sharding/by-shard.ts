import { type StreamKey, partitionOf } from '@orrery/application';

/** What there is of a port in one of several databases. */
export interface ShardPort<Port> {
  readonly partitions: ReadonlySet<number>;
  readonly port: Port;
}

/** A port of each of several databases, found by a partition or by a stream. */
export class ByShard<Port> {
  readonly all: readonly Port[];
  private readonly byPartition: Port[] = [];

  constructor(
    shards: readonly ShardPort<Port>[],
    private readonly count: number,
  ) {
    this.all = shards.map(({ port }) => port);
    for (const { partitions, port } of shards) for (const partition of partitions) this.byPartition[partition] = port;
  }

  at(partition: number): Port {
    return this.byPartition[partition]!;
  }

  of({ stream }: Pick<StreamKey, 'stream'>): Port {
    return this.at(partitionOf(stream, this.count));
  }

  /** What falls to each, of those to which something falls. */
  split<Item>(items: Iterable<Item>, portOf: (item: Item) => Port): readonly (readonly [Port, readonly Item[]])[] {
    const split = new Map<Port, Item[]>();
    for (const item of items) {
      const port = portOf(item);
      const some = split.get(port);
      if (some) some.push(item);
      else split.set(port, [item]);
    }
    return [...split];
  }

  /** Partitions by the database that has them. */
  partitions(partitions: Iterable<number>): readonly (readonly [Port, readonly number[]])[] {
    return this.split(partitions, (partition) => this.at(partition));
  }

  /** Streams by the database that has them. */
  streams<Key extends Pick<StreamKey, 'stream'>>(keys: Iterable<Key>): readonly (readonly [Port, readonly Key[]])[] {
    return this.split(keys, (key) => this.of(key));
  }
}

/** Asks each database for its own, and has all of it together. */
export async function fromEach<Port, Item, Found>(
  split: readonly (readonly [Port, readonly Item[]])[],
  ask: (port: Port, items: readonly Item[]) => Promise<Iterable<Found>>,
): Promise<readonly Found[]> {
  const found = await Promise.all(split.map(([port, items]) => ask(port, items)));
  return found.flatMap((each) => [...each]);
}

/** Has each database do its own; resolves when all have. */
export async function inEach<Port, Item>(
  split: readonly (readonly [Port, readonly Item[]])[],
  work: (port: Port, items: readonly Item[]) => Promise<unknown>,
): Promise<void> {
  await Promise.all(split.map(([port, items]) => work(port, items)));
}

/** Listens to each of them; where one cannot be listened to, to none: whoever asks again would listen to the others twice. */
export async function listenToEach<Port>(
  ports: readonly Port[],
  listen: (port: Port) => Promise<() => Promise<void>>,
): Promise<() => Promise<void>> {
  const settled = await Promise.allSettled(ports.map(listen));
  const ends = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const endAll = async () => void (await Promise.all(ends.map((end) => end())));
  const failed = settled.find((each) => each.status === 'rejected');
  if (!failed) return endAll;
  await endAll();
  throw failed.reason;
}

/** What those say that answer; it fails where none does. */
export async function ofThoseThatAnswer<Found>(asked: readonly Promise<Found>[]): Promise<readonly Found[]> {
  const settled = await Promise.allSettled(asked);
  const found = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (found.length === 0) throw (settled[0] as PromiseRejectedResult).reason;
  return found;
}
