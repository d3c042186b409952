import {
  type DataDirectoryClaim,
  type ShardAddress,
  claimDataDirectory,
  openEmbeddedPostgres,
} from '@orrery/infrastructure';
import type { Opened } from './opened.js';

export interface DatabaseOptions {
  /** The PostgreSQL to use, if not one of our own. */
  readonly databaseUrl?: string;
  /** Or several, which have the data between them. */
  readonly shards?: readonly ShardAddress[];
  /** The directory of our own PostgreSQL, made when missing. */
  readonly data: string;
  /** Remembers what is to be closed at the end, and in which order. */
  readonly opened: Opened;
  /** Told in a line what a person may want to know of our own PostgreSQL. */
  readonly say: (line: string) => void;
  /** Told in a sentence what is odd, but no reason not to start. */
  readonly onWarning: (words: string) => void;
  /** Called when the data is ours alone, before its server starts. */
  readonly claimed?: () => Promise<void>;
}

/** Databases that can be connected to: one as a rule. */
export interface Database extends Pick<DatabaseOptions, 'databaseUrl' | 'shards'> {
  /** Where the data is, if it is our own. */
  readonly dataDirectory: string | null;
  /** Says where this process answers, to whoever wants the same data. */
  readonly announce: DataDirectoryClaim['announce'];
}

/** The database that is named, or else one of our own, claimed for this process alone. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, shards, data, opened, say, onWarning, claimed = () => Promise.resolve() } = options;
  if (databaseUrl !== undefined || shards) {
    await claimed();
    return { databaseUrl, shards, dataDirectory: null, announce: () => Promise.resolve() };
  }
  const claim = await opened.add(
    () => claimDataDirectory(data),
    ({ release }) => release(),
  );
  await claimed();
  const postgres = await opened.add(
    () => openEmbeddedPostgres({ dataDirectory: data, log: say, warn: onWarning }),
    (server) => server.stop(),
  );
  return { databaseUrl: postgres.url, dataDirectory: postgres.dataDirectory, announce: claim.announce };
}
