import type { Command, Decider, DomainEvent } from '@orrery/domain';
import { NotFound } from '@orrery/domain';
import { Aggregate } from './aggregate.js';
import type { Envelope } from './envelope.js';
import { partitionOf } from './partition.js';
import type { Clock } from './ports/clock.js';
import { type Commit, type Log, type StreamKey, keyOf } from './ports/log.js';
import { eventsIn } from './recorded-commit.js';
import type { Snapshot, Snapshots } from './ports/snapshots.js';
import type { MaybeLater, StreamType } from './stream-type.js';

/** How many idle streams stay in memory. */
export const AGGREGATES_MAX = 20_000;
/** How many streams one read loads at most. */
const STREAMS_PER_READ = 500;

/** A stream as it was read: its snapshot, if it has one, and what came after. */
interface Found {
  readonly snapshot: Snapshot | undefined;
  readonly commits: readonly Commit[];
}

interface Wanted {
  readonly key: StreamKey;
  /** Read from its first event on: its snapshot is of no use. */
  readonly whole: boolean;
  /** Under which name others may join in what is made of it. */
  readonly shared?: string;
  found(found: Found): void;
  failed(error: unknown): void;
}

/** The streams in memory: found or loaded, many in one read, and let go again, the longest idle first. */
export class Aggregates {
  private readonly byKey = new Map<string, Aggregate>();
  private readonly loading = new Map<string, Promise<Aggregate>>();
  /** Those that are being read: what comes there now, they may not have. */
  private readonly reading = new Set<string>();
  private wanted: Wanted[] = [];

  constructor(
    private readonly log: Log,
    private readonly snapshots: Snapshots,
    private readonly clock: Clock,
    private readonly partitions: number,
  ) {}

  partitionOf(key: StreamKey): number {
    return this.peek(key)?.partition ?? partitionOf(key.stream, this.partitions);
  }

  /** The stream, if it is in memory and nobody found it stale. */
  peek(key: StreamKey): Aggregate | undefined {
    return this.byKey.get(keyOf(key));
  }

  /** Whether the stream is being read by a question that was sent before now. */
  isBeingRead(key: StreamKey, type: StreamType): boolean {
    return this.reading.has(sharedName(key, type));
  }

  /** Keeps a stream that was just used at the young end, and lets the oldest idle ones go. */
  touch(aggregate: Aggregate): void {
    const name = keyOf(aggregate.key);
    // Who is old matters only where somebody may soon have to go.
    if (this.byKey.size > AGGREGATES_MAX / 2) this.byKey.delete(name);
    this.byKey.set(name, aggregate);
    if (this.byKey.size <= AGGREGATES_MAX) return;
    for (const candidate of this.byKey.values()) {
      // Whoever still holds it must not decide on it: it may be loaded again beside it.
      if (candidate.isIdle) this.drop(candidate);
      if (this.byKey.size <= AGGREGATES_MAX) return;
    }
  }

  /** Forgets a stream: it ended, or proved stale. */
  drop(aggregate: Aggregate): void {
    aggregate.dropped = true;
    const name = keyOf(aggregate.key);
    if (this.byKey.get(name) === aggregate) this.byKey.delete(name);
  }

  /** Forgets the streams of these partitions, except those that a commit will judge. */
  dropIdle(isMeant: (partition: number) => boolean): void {
    for (const aggregate of [...this.byKey.values()]) {
      if (aggregate.isIdle && isMeant(aggregate.partition)) this.drop(aggregate);
    }
  }

  /** The stream that a command goes to: begun by the command, as a rule at once, or read from the log. */
  forCommand(envelope: Envelope): MaybeLater<Aggregate> {
    const { type, command } = envelope;
    if (!envelope.begins) return this.load(envelope, type, command);
    const begun = this.begin(envelope, type, command);
    const adopt = (aggregate: Aggregate) => {
      aggregate.isGuess = !envelope.isNew;
      return this.adopt(aggregate);
    };
    return begun instanceof Promise ? begun.then(adopt) : adopt(begun);
  }

  /** The stream as it is known here: from memory, or read. */
  current(key: StreamKey, type: StreamType): MaybeLater<Aggregate> {
    return this.known(key, type) ?? this.load(key, type);
  }

  /** The stream as it has committed: from memory while nothing is decided ahead in it, else read. */
  settled(key: StreamKey, type: StreamType): Promise<Aggregate> {
    const known = this.known(key, type);
    if (!known) return this.load(key, type);
    if (known instanceof Promise) return known;
    return known.isIdle ? Promise.resolve(known) : this.read(key, type);
  }

  /** The stream, if it is in memory. Who looks for another kind of stream there finds none. */
  private known(key: StreamKey, type: StreamType): MaybeLater<Aggregate> | undefined {
    const known = this.peek(key);
    return known && known.type !== type ? Promise.reject(noSuch(key, type)) : known;
  }

  /** A copy of the stream as the log has it now, or as a command would begin it, which nobody else sees. */
  async read(key: StreamKey, type: StreamType, command?: Command): Promise<Aggregate> {
    return this.folded(key, type, await this.fetch(key), command);
  }

  /** The stream as the log has it now, in memory; with a command, one that does not exist yet may be begun by it. */
  load(key: StreamKey, type: StreamType, command?: Command): Promise<Aggregate> {
    const name = sharedName(key, type);
    const under = this.loading.get(name);
    // Who only looks for a stream finds none, where who comes to begin it does not mind. Nobody else may ask again: a
    // thousand that come for one that does not exist would each ask a thousand times.
    if (under && command) {
      return under.catch(async (error: unknown) => {
        if (!(await type.deciderToBegin(key.namespace, command))) throw error;
        return this.load(key, type, command);
      });
    }
    if (under) return under;
    const loading = this.fetch(key, { shared: name })
      .then((found) => this.folded(key, type, found, command))
      .then((aggregate) => this.adopt(aggregate))
      .finally(() => {
        this.loading.delete(name);
        this.reading.delete(name);
      });
    this.loading.set(name, loading);
    return loading;
  }

  private async folded(
    key: StreamKey,
    type: StreamType,
    { snapshot, commits }: Found,
    command: Command | undefined,
  ): Promise<Aggregate> {
    const aggregate = snapshot
      ? await this.restored(key, type, snapshot)
      : await this.fresh(key, type, commits[0], command);
    if (!aggregate) return this.folded(key, type, await this.fetch(key, { whole: true }), command);
    for (const commit of commits) aggregate.fold(commit);
    return aggregate;
  }

  private async restored(key: StreamKey, type: StreamType, snapshot: Snapshot): Promise<Aggregate | undefined> {
    const decider = await type.deciderOfSnapshot(key.namespace, snapshot.schema);
    if (!decider) return undefined;
    const aggregate = new Aggregate(keyOnly(key), this.partitionOf(key), type, decider);
    aggregate.restore(snapshot);
    return aggregate;
  }

  private fresh(
    key: StreamKey,
    type: StreamType,
    first: Commit | undefined,
    command: Command | undefined,
  ): MaybeLater<Aggregate> {
    return first ? this.existing(key, type, eventsIn(first, type.upcasters)[0]!.event) : this.begin(key, type, command);
  }

  /** A stream is in memory once: two of it could send two rows for the same version in one statement. */
  private adopt(aggregate: Aggregate): Aggregate {
    const present = this.peek(aggregate.key);
    if (present && (!present.isIdle || present.version >= aggregate.version)) return present;
    if (present) this.drop(present);
    this.touch(aggregate);
    return aggregate;
  }

  private async existing(key: StreamKey, type: StreamType, first: DomainEvent): Promise<Aggregate> {
    return new Aggregate(keyOnly(key), this.partitionOf(key), type, await type.deciderOf(key.namespace, first));
  }

  private begin(key: StreamKey, type: StreamType, command: Command | undefined): MaybeLater<Aggregate> {
    const decider = command && type.deciderToBegin(key.namespace, command);
    if (decider instanceof Promise) return decider.then((found) => this.begun(key, type, found));
    return decider ? this.begun(key, type, decider) : Promise.reject(noSuch(key, type));
  }

  private begun(key: StreamKey, type: StreamType, decider: Decider<unknown, Command, DomainEvent> | undefined) {
    if (!decider) throw noSuch(key, type);
    return new Aggregate(keyOnly(key), this.partitionOf(key), type, decider);
  }

  private fetch(key: StreamKey, how: Partial<Pick<Wanted, 'whole' | 'shared'>> = {}): Promise<Found> {
    return new Promise((found, failed) => {
      if (this.wanted.length === 0) this.clock.soon(() => this.readWanted());
      this.wanted.push({ key, whole: false, ...how, found, failed });
    });
  }

  /** One read for all that are wanted in this turn. */
  private readWanted(): void {
    const all = this.wanted;
    this.wanted = [];
    for (const { shared } of all) if (shared !== undefined) this.reading.add(shared);
    for (const some of this.byShard(all)) {
      for (let start = 0; start < some.length; start += STREAMS_PER_READ) {
        void this.readSome(some.slice(start, start + STREAMS_PER_READ));
      }
    }
  }

  /** A database that is away keeps waiting who wants something of it, and nobody else. */
  private byShard(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
    const { shards } = this.log;
    if (!shards) return [wanted];
    return shards.map(({ partitions }) => wanted.filter(({ key }) => partitions.has(this.partitionOf(key))));
  }

  private async readSome(wanted: readonly Wanted[]): Promise<void> {
    try {
      const snapshots = await this.snapshots.load(wanted.filter(({ whole }) => !whole).map(({ key }) => keyOnly(key)));
      const snapshotOf = ({ key, whole }: Wanted) => (whole ? undefined : snapshots.get(keyOf(key)));
      // Several may want the same stream: it is read once, from the earliest version that one of them needs.
      const after = new Map<string, StreamKey & { readonly version: number }>();
      for (const each of wanted) {
        const version = Math.min(snapshotOf(each)?.version ?? 0, after.get(keyOf(each.key))?.version ?? Infinity);
        after.set(keyOf(each.key), { ...keyOnly(each.key), version });
      }
      const byStream = new Map<string, Commit[]>([...after.keys()].map((name) => [name, []]));
      for (const commit of await this.log.readStreams([...after.values()])) byStream.get(keyOf(commit))!.push(commit);
      for (const each of wanted) {
        const snapshot = snapshotOf(each);
        const commits = byStream.get(keyOf(each.key))!;
        each.found({ snapshot, commits: commits.filter(({ lastVersion }) => lastVersion > (snapshot?.version ?? 0)) });
      }
    } catch (error) {
      for (const { failed } of wanted) failed(error);
    }
  }
}

/** There is no such stream of this kind; of another kind there may be, and whoever asks learns nothing of it. */
export function noSuch({ stream }: StreamKey, { kind }: StreamType): NotFound {
  return new NotFound(`${kind}.not-found`, `there is no ${kind} ${stream}`);
}

/** Who looks for a stream of another kind finds none, and must not say so to those who look for this one. */
function sharedName(key: StreamKey, { kind }: StreamType): string {
  return `${kind} ${keyOf(key)}`;
}

function keyOnly({ namespace, stream }: StreamKey): StreamKey {
  return { namespace, stream };
}
