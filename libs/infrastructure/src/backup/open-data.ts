import { Refused } from '@orrery/domain';
import {
  DataDirectoryInUse,
  claimDataDirectory,
  hasData,
  openEmbeddedPostgres,
} from '../postgres/embedded-postgres.js';

/** The database in a data directory, for as long as it is needed. */
export interface OpenData {
  readonly url: string;
  /** Leaves everything as it was found: a server that was running goes on, one that was started is stopped. */
  close(): Promise<void>;
}

/** Opens the data of a data directory to be backed up, whether a server works on it or not. */
export async function openDataToBackUp(dataDirectory: string): Promise<OpenData> {
  if (!hasData(dataDirectory)) {
    throw new Refused('backup.nothing', `There is no data in ${dataDirectory}. Say with --data where it is.`);
  }
  // Whoever works on it is not disturbed; where nobody does, nobody may begin to before we are done.
  const claim = await claimDataDirectory(dataDirectory).catch((error: unknown) => {
    if (error instanceof DataDirectoryInUse) return undefined;
    throw error;
  });
  return openClaimed(dataDirectory, async () => claim?.release());
}

/** Opens a data directory to be restored into; made if it is missing. Throws `DataDirectoryInUse` where a server works on it. */
export async function openDataToRestore(dataDirectory: string): Promise<OpenData> {
  const claim = await claimDataDirectory(dataDirectory);
  return openClaimed(dataDirectory, claim.release);
}

async function openClaimed(dataDirectory: string, release: () => Promise<void>): Promise<OpenData> {
  try {
    const { url, adopted, stop } = await openEmbeddedPostgres({ dataDirectory, keepRunning: false });
    return {
      url,
      close: async () => {
        if (!adopted) await stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
