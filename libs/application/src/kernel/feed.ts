import { Gone, Invalid } from '@orrery/domain';
import { type Commit, type Cursor, type Epoch, type Log, START, type Shard, isAfter } from './ports/log.js';

/** How far a log has been told. With a version, of the commit at this place only the events up to it, and not the rest. */
export interface FeedPlace extends Cursor {
  readonly version?: number;
}

/** How far a feed has come: a place in the log of each database, by the database's name. */
export type FeedCursor = ReadonlyMap<string, FeedPlace>;

/** Whether one place comes after another. */
export function isPast(a: FeedPlace, b: FeedPlace): boolean {
  if (isAfter(a, b)) return true;
  return !isAfter(b, a) && (a.version ?? Infinity) > (b.version ?? Infinity);
}

/** Where to read on after a place: a commit of which only a part was told is read again. */
export function readableAfter({ version, transactionId, position }: FeedPlace): Cursor {
  return { transactionId, position: version === undefined ? position : position - 1n };
}

export interface FeedPage {
  readonly commits: readonly Commit[];
  /** Where to go on. */
  readonly next: FeedCursor;
  readonly more: boolean;
}

/** The name of the database where there is but one. */
const ONLY = '';

/** The logs that have an order each, with the names that cursors give them. */
export function logsOf(log: Log): readonly Pick<Shard, 'name' | 'log'>[] {
  return log.shards ?? [{ name: ONLY, log }];
}

/**
 * Reads every commit there is, each database's in the order of its log. Between databases there is no order, so that what a
 * reader goes on from is a vector: what one database has not yet does not hold back what another has.
 */
export class Feed {
  private readonly logs: readonly Pick<Shard, 'name' | 'log'>[];

  constructor(log: Log) {
    this.logs = logsOf(log);
  }

  /** Where everything begins. */
  get start(): FeedCursor {
    return new Map(this.logs.map(({ name }) => [name, START]));
  }

  /** A page after a cursor: of each database its share of so many commits. One that was told in part comes again whole. */
  async read(cursor: FeedCursor, limit: number): Promise<FeedPage> {
    const share = Math.max(1, Math.floor(limit / this.logs.length));
    const pages = await Promise.all(
      this.logs.map(async ({ name, log }) => {
        const page = await log.read(readableAfter(cursor.get(name) ?? START), share);
        return { name, ...page };
      }),
    );
    return {
      commits: pages.flatMap(({ commits }) => commits),
      next: new Map(pages.map(({ name, next }) => [name, next])),
      more: pages.some(({ more }) => more),
    };
  }
}

/** Writes and reads the cursors of feeds as opaque tokens. One of another epoch says nothing any more. */
export class FeedCursors {
  private readonly epoch: string;

  constructor({ systemIdentifier, timeline }: Epoch) {
    this.epoch = `${systemIdentifier}.${timeline}`;
  }

  write(cursor: FeedCursor): string {
    const places = [...cursor].map(([name, { transactionId, position, version }]) => {
      const whole = `${name}.${transactionId}.${position}`;
      return version === undefined ? whole : `${whole}.${version}`;
    });
    return Buffer.from([this.epoch, ...places].join('/')).toString('base64url');
  }

  read(token: string): FeedCursor {
    const [epoch, ...places] = Buffer.from(token, 'base64url').toString('latin1').split('/');
    const read = new Map(places.map(placeOf));
    if (read.size === 0 || !/^\w+\.\d+$/.test(epoch!)) throw cursorInvalid();
    if (epoch === this.epoch) return read;
    throw new Gone('position.other-epoch', 'this cursor was written by another database cluster');
  }
}

/** What PostgreSQL takes for a position, and no transaction id comes near. */
const HIGHEST = 2n ** 63n - 1n;

function placeOf(text: string): [name: string, at: FeedPlace] {
  const match = /^([a-z0-9-]*)\.(\d{1,19})\.(\d{1,19})(?:\.(\d{1,9}))?$/.exec(text);
  const [, name, transactionId = 0, position = 0, version] = match ?? [];
  const at = { transactionId: BigInt(transactionId), position: BigInt(position) };
  if (name === undefined || at.transactionId > HIGHEST || at.position > HIGHEST) throw cursorInvalid();
  return [name, version === undefined ? at : { ...at, version: Number(version) }];
}

/** What was given as a cursor is none. */
export function cursorInvalid(): Invalid {
  return new Invalid('cursor.invalid', 'This cursor is none that a feed gave.');
}
