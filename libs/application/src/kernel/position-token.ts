import { Gone, Invalid, Unavailable, parseStreamId } from '@orrery/domain';
import type { PartitionCursor, Position } from './envelope.js';
import { PARTITIONS_MAX } from './partition.js';
import { type Cursor, type Epoch, type Known, type Log, NOTHING_KNOWN, type Shard, isAfter } from './ports/log.js';

/** More transactions than this are told as one, so that every token fits into a header. */
const TRANSACTIONS_MAX = 100;

/** What a token asks of a read: to have come to these places, and in the run that it is of to this version. */
export interface AtLeast {
  readonly token: string;
  /** One a partition. */
  readonly places: readonly PartitionCursor[];
  /** Missing in a token that covers many writes. */
  readonly run?: { readonly stream: string; readonly version: number };
}

/**
 * Writes and reads the opaque token that says where a write stood, or many of them. One of another epoch says nothing
 * any more.
 */
export class PositionTokens {
  private readonly epoch: string;

  /** Where there are several databases, a place in one of them says nothing of the others. */
  constructor(
    { systemIdentifier, timeline }: Epoch,
    private readonly shards?: readonly Pick<Shard, 'partitions'>[],
  ) {
    this.epoch = `${systemIdentifier}.${timeline}`;
  }

  /** The tokens of a log as it is now. */
  static async of(log: Pick<Log, 'epoch' | 'shards'>): Promise<PositionTokens> {
    return new PositionTokens(await log.epoch(), log.shards);
  }

  write({ partition, transactionId, position, stream, version }: Position): string {
    return this.encode([partition, transactionId, position, stream, version]);
  }

  /** One token that covers all of these: a read that it is shown to is as new as every one of them. */
  writeAll(positions: readonly Position[]): string {
    if (positions.length === 1) return this.write(positions[0]!);
    const groups = this.byShard(newestByPartition(positions)).flatMap((newest) => this.byTransaction(newest));
    return this.encode(
      groups.map(({ at, partitions }) => [at.transactionId, at.position, partitions.join()].join('.')),
    );
  }

  /**
   * A token that says how far a list has come: a read that it is shown to has come as far. Where the partitions stand at
   * more places than fit into a header, of those beyond nothing is said.
   */
  writeReached(checkpoints: ReadonlyMap<number, Cursor>): string {
    const groups = new Map<string, number[]>();
    for (const [partition, { transactionId, position }] of checkpoints) {
      const at = `${transactionId}.${position}`;
      const partitions = groups.get(at);
      if (partitions) partitions.push(partition);
      else groups.set(at, [partition]);
    }
    const told = [...groups].slice(0, TRANSACTIONS_MAX);
    return this.encode(told.map(([at, partitions]) => `${at}.${partitions.join()}`));
  }

  read(token: string): AtLeast {
    const [epoch, ...fields] = Buffer.from(token, 'base64url').toString('latin1').split('/');
    const read = fields[0]?.includes('.') ? { places: fields.flatMap(placesOf) } : positionOf(fields);
    if (epoch !== this.epoch) {
      throw new Gone('position.other-epoch', 'this position was written by another database cluster');
    }
    return { token, ...read };
  }

  /** The places by the database that they are in. */
  private byShard(newest: ReadonlyMap<number, Cursor>): readonly ReadonlyMap<number, Cursor>[] {
    if (!this.shards) return [newest];
    const places = [...newest];
    const split = this.shards.map(
      ({ partitions }) => new Map(places.filter(([partition]) => partitions.has(partition))),
    );
    return split.filter(({ size }) => size > 0);
  }

  private byTransaction(newest: ReadonlyMap<number, Cursor>): readonly Group[] {
    return byTransaction(newest, Math.max(1, Math.floor(TRANSACTIONS_MAX / (this.shards?.length ?? 1))));
  }

  private encode(fields: readonly unknown[]): string {
    return Buffer.from([this.epoch, ...fields].join('/')).toString('base64url');
  }
}

/** What a position tells whoever reads a stream: how far it has come, or else which transactions have ended. */
export function knownOf(atLeast: AtLeast | undefined, stream: string): Known {
  if (!atLeast) return NOTHING_KNOWN;
  if (atLeast.run?.stream === stream) return { ...NOTHING_KNOWN, version: atLeast.run.version };
  return knownAt(atLeast.places);
}

/** What is known once these places were come to: that every transaction up to the newest of them has ended. */
export function knownAt(places: Iterable<Cursor>): Known {
  let newest = 0n;
  for (const { transactionId } of places) if (transactionId > newest) newest = transactionId;
  return { ...NOTHING_KNOWN, transactionId: newest };
}

/** Whether what was read at these checkpoints has come to these places. */
export function hasReached(checkpoints: ReadonlyMap<number, Cursor>, places: readonly PartitionCursor[] = []): boolean {
  return places.every((place) => {
    const checkpoint = checkpoints.get(place.partition);
    return checkpoint !== undefined && !isAfter(place, checkpoint);
  });
}

/** A read that was told what is known lacks nothing of it; one that does is of another log. */
export function mustHaveReached(atLeast: AtLeast | undefined, stream: string, version: number): void {
  const run = atLeast?.run;
  if (run?.stream === stream && version < run.version) {
    throw new Unavailable('position.not-reached', 'the run has not come as far as this position yet');
  }
}

interface Group {
  at: Cursor;
  readonly partitions: number[];
}

/** Where the last write to each partition stands. */
function newestByPartition(positions: readonly Position[]): ReadonlyMap<number, Cursor> {
  const newest = new Map<number, Cursor>();
  for (const position of positions) {
    const known = newest.get(position.partition);
    if (!known || isAfter(position, known)) newest.set(position.partition, position);
  }
  return newest;
}

/** Whoever follows the log comes to the end of a transaction in all of its partitions at once: its last place counts. */
function byTransaction(newest: ReadonlyMap<number, Cursor>, groupsMax: number): readonly Group[] {
  const groups = new Map<bigint, Group>();
  for (const [partition, at] of newest) {
    const group = groups.get(at.transactionId);
    group?.partitions.push(partition);
    if (!group) groups.set(at.transactionId, { at, partitions: [partition] });
    else if (isAfter(at, group.at)) group.at = at;
  }
  if (groups.size <= groupsMax) return [...groups.values()];
  const last = [...newest.values()].reduce((a, b) => (isAfter(b, a) ? b : a));
  return [{ at: last, partitions: [...newest.keys()] }];
}

function positionOf(fields: readonly string[]): Pick<AtLeast, 'places' | 'run'> {
  const [partition, transactionId, position, version] = [fields[0], fields[1], fields[2], fields[4]].map(wholeNumber);
  const stream = parseStreamId(fields[3] ?? '');
  if (stream === undefined || fields.length !== 5) throw invalid();
  return {
    places: [{ partition: partitionNumber(partition!), transactionId: transactionId!, position: position! }],
    run: { stream, version: Number(version) },
  };
}

function placesOf(field: string): readonly PartitionCursor[] {
  const [transactionId, position, partitions = '', ...rest] = field.split('.');
  if (rest.length > 0) throw invalid();
  const at = { transactionId: wholeNumber(transactionId), position: wholeNumber(position) };
  return partitions.split(',').map((text) => ({ partition: partitionNumber(wholeNumber(text)), ...at }));
}

function partitionNumber(number: bigint): number {
  if (number >= PARTITIONS_MAX) throw invalid();
  return Number(number);
}

function wholeNumber(text: string | undefined): bigint {
  if (text === undefined || !/^\d{1,19}$/.test(text)) throw invalid();
  return BigInt(text);
}

function invalid(): Invalid {
  return new Invalid('position.invalid', 'this is not a position that this server wrote');
}
