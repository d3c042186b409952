import {
  type IntegrityReport,
  type Manifest,
  backUp,
  openDataToBackUp,
  openDataToRestore,
  restore,
} from '@orrery/infrastructure';
import type { Cli } from '../cli.js';
import { type Given, textOption } from '../verb.js';
import { explainedData } from './explain-data-error.js';
import { progressTo } from './progress-line.js';

type Open = (directory: string) => Promise<{ readonly url: string; close(): Promise<void> }>;

/** Backs up what is meant. Throws `CliError`. */
export const backUpTo = (cli: Cli, given: Given, directory: string): Promise<Manifest> =>
  withDatabase(cli, given, openDataToBackUp, (databaseUrl, onProgress) =>
    backUp({ databaseUrl, directory, onProgress }),
  );

/** Restores into what is meant. Throws `CliError`. */
export const restoreFrom = (cli: Cli, given: Given, directory: string): Promise<IntegrityReport> =>
  withDatabase(cli, given, openDataToRestore, (databaseUrl, onProgress) =>
    restore({ databaseUrl, directory, onProgress }),
  );

type Work<Done> = (databaseUrl: string, onProgress: ReturnType<typeof progressTo>['onProgress']) => Promise<Done>;

/** The database of the environment; a data directory that is named wins over it. */
async function withDatabase<Done>(cli: Cli, given: Given, open: Open, work: Work<Done>): Promise<Done> {
  const { databaseUrl, dataDirectory } = cli.config;
  const named = textOption(given, 'data');
  const progress = progressTo(cli);
  try {
    if (named === undefined && databaseUrl !== undefined) return await work(databaseUrl, progress.onProgress);
    const data = await open(named ?? dataDirectory);
    try {
      return await work(data.url, progress.onProgress);
    } finally {
      await data.close();
    }
  } catch (error) {
    throw explainedData(error);
  } finally {
    progress.end();
  }
}
