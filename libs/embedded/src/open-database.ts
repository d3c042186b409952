import { type DataDirectoryClaim, claimDataDirectory, openEmbeddedPostgres } from '@orrery/infrastructure';
import type { Opened } from './opened.js';

export interface DatabaseOptions {
  /** The PostgreSQL to use, if not one of our own. */
  readonly databaseUrl?: string;
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

/** A database that can be connected to. */
export interface Database {
  readonly url: string;
  /** Where the data is, if it is our own. */
  readonly dataDirectory: string | null;
  /** Says where this process answers, to whoever wants the same data. */
  readonly announce: DataDirectoryClaim['announce'];
}

/** The database that is named, or else one of our own, claimed for this process alone. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, data, opened, say, onWarning, claimed = () => Promise.resolve() } = options;
  if (databaseUrl !== undefined) {
    await claimed();
    return { url: databaseUrl, dataDirectory: null, announce: () => Promise.resolve() };
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
  return { url: postgres.url, dataDirectory: postgres.dataDirectory, announce: claim.announce };
}
