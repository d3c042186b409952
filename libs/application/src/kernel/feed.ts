import { Gone, Invalid } from '@orrery/domain';
import { type Commit, type Cursor, type Epoch, type Log, START, type Shard } from './ports/log.js';

/** How far a feed has come: a place in the log of each database, by the database's name. */
export type FeedCursor = ReadonlyMap<string, Cursor>;

export interface FeedPage {
  readonly commits: readonly Commit[];
  /** Where to go on. */
  readonly next: FeedCursor;
  readonly more: boolean;
}

/** The name of the database where there is but one. */
const ONLY = '';

/**
 * Reads every commit there is, each database's in the order of its log. Between databases there is no order, so that what a
 * reader goes on from is a vector: what one database has not yet does not hold back what another has.
 */
export class Feed {
  private readonly logs: readonly Pick<Shard, 'name' | 'log'>[];

  constructor(log: Log) {
    this.logs = log.shards ?? [{ name: ONLY, log }];
  }

  /** Where everything begins. */
  get start(): FeedCursor {
    return new Map(this.logs.map(({ name }) => [name, START]));
  }

  /** A page after a cursor: of each database its share of so many commits. */
  async read(cursor: FeedCursor, limit: number): Promise<FeedPage> {
    const share = Math.max(1, Math.floor(limit / this.logs.length));
    const pages = await Promise.all(
      this.logs.map(async ({ name, log }) => ({ name, ...(await log.read(cursor.get(name) ?? START, share)) })),
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
    const places = [...cursor].map(([name, { transactionId, position }]) => `${name}.${transactionId}.${position}`);
    return Buffer.from([this.epoch, ...places].join('/')).toString('base64url');
  }

  read(token: string): FeedCursor {
    const [epoch, ...places] = Buffer.from(token, 'base64url').toString('latin1').split('/');
    const read = new Map(places.map(placeOf));
    if (epoch === this.epoch) return read;
    throw new Gone('position.other-epoch', 'this cursor was written by another database cluster');
  }
}

function placeOf(text: string): [name: string, at: Cursor] {
  const [, name, transactionId, position] = /^([a-z0-9-]*)\.(\d{1,19})\.(\d{1,19})$/.exec(text) ?? [];
  if (name === undefined) throw new Invalid('cursor.invalid', 'This cursor is none that a feed gave.');
  return [name, { transactionId: BigInt(transactionId!), position: BigInt(position!) }];
}
