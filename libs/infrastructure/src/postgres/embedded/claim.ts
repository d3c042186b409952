import { join, resolve } from 'node:path';
import { findDataDirectory, prepareDataDirectory } from './data-directory.js';
import { DataDirectoryInUse, explainFault } from './errors.js';
import { type Holder, tryLock } from './lock-file.js';

/** The claim of one process to be alone on a data directory. */
export interface DataDirectoryClaim {
  /** Where the data is in fact (see `EmbeddedPostgres.dataDirectory`). */
  readonly dataDirectory: string;
  /** Writes our URL into the claim, for the word that the next process gets. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Claims a data directory for this process, until released or until the process is gone, however it went. Throws
 * `DataDirectoryInUse`, with process and URL, when another one lives on it.
 */
export async function claimDataDirectory(
  dataDirectory: string,
  { url, stateDirectory }: { url?: string; stateDirectory?: string } = {},
): Promise<DataDirectoryClaim> {
  try {
    const directory = findDataDirectory(dataDirectory, stateDirectory);
    const file = join(directory.path, 'orrery.lock');
    const inUse = (holder: Holder) => new DataDirectoryInUse(directory.path, holder, file);
    await prepareDataDirectory(directory);
    const lock = await tryLock(file, url);
    if (!('release' in lock)) throw inUse(lock);
    return {
      dataDirectory: directory.path,
      release: lock.release,
      async announce(at) {
        if (await lock.announce(at)) return;
        const holder = await tryLock(file, at);
        if (!('release' in holder)) throw inUse(holder);
      },
    };
  } catch (error) {
    throw explainFault(error, resolve(dataDirectory));
  }
}
