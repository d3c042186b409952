import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findPlatformPackage, findRunnableBinaries } from './embedded/binaries.js';
import { createCluster, hasCluster, ownCluster, readPassword } from './embedded/cluster.js';
import { findDataDirectory, prepareDataDirectory } from './embedded/data-directory.js';
import { openDatabase } from './embedded/database.js';
import { explainFault } from './embedded/errors.js';
import { keepRunning } from './embedded/keep-running.js';
import { withLock } from './embedded/lock-file.js';
import { bringUp, openingLockOf, type ServerPlan, stopServer } from './embedded/server.js';

export { claimDataDirectory, type DataDirectoryClaim } from './embedded/claim.js';
export { DataDirectoryInUse, EmbeddedPostgresError } from './embedded/errors.js';

export interface EmbeddedPostgresOptions {
  /** Where data is kept; made if missing. As root it may be kept elsewhere: see `EmbeddedPostgres.dataDirectory`. */
  readonly dataDirectory: string;
  /** Told in a line what a person may want to know: a server adopted or started again. */
  readonly log?: (line: string) => void;
  /** Told in a line what a person has to know: data kept elsewhere than was asked. `log`, if it is not said. */
  readonly warn?: (line: string) => void;
  /** Under which root's data is kept when the server's user cannot reach `dataDirectory`. */
  readonly stateDirectory?: string;
  /** Start the server again when it ends by itself. */
  readonly keepRunning?: boolean;
  /** Settings of PostgreSQL that differ from ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of our own, on this machine, for nobody else. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  /** Where the data is in fact. */
  readonly dataDirectory: string;
  /** The server was already there: it outlived the process that had started it. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

/** Whether there is a database in a data directory already. */
export function hasData(dataDirectory: string, stateDirectory?: string): boolean {
  return existsSync(findDataDirectory(dataDirectory, stateDirectory).cluster);
}

/**
 * Opens a PostgreSQL on a data directory: makes the data on the first start, adopts a server that survived us, or starts
 * one. Whatever keeps it from that is thrown as an `EmbeddedPostgresError` that names the way out.
 *
 * It shares: a second process gets the same server. Who must be alone claims the directory first (`claimDataDirectory`).
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => undefined, warn = log } = options;
  const asked = resolve(options.dataDirectory);
  try {
    const directory = findDataDirectory(asked, options.stateDirectory);
    const platform = await findPlatformPackage();
    await prepareDataDirectory(directory);
    const binaries = () => findRunnableBinaries(platform, directory);
    const plan: ServerPlan = { directory, binaries, settings: options.settings };
    // Processes that open the same data at once make it once, and start one server.
    const server = await withLock(openingLockOf(directory), async () => {
      if (!(await hasCluster(directory, platform.major))) await createCluster(await binaries(), directory);
      await ownCluster(directory);
      return bringUp(plan);
    });
    const url = await openDatabase(server.port, await readPassword(directory), directory);

    if (server.adopted) log(`PostgreSQL was still running (process ${server.pid}) and is used again.`);
    if (directory.insteadOf)
      warn(
        `Data is kept in ${directory.path}: PostgreSQL does not run as root, and another user cannot reach ${directory.insteadOf}.`,
      );

    const keeper = options.keepRunning === false ? undefined : keepRunning(server, plan, log);
    const stop = async () => stopServer((await keeper?.letGo()) ?? server.pid, directory);
    return { url, port: server.port, dataDirectory: directory.path, adopted: server.adopted, stop };
  } catch (error) {
    throw explainFault(error, asked);
  }
}
