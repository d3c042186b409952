import { copyFile, type FileHandle, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataDirectory, giveTo } from './data-directory.js';

const SIZE_MAX = 4 * 1024 * 1024;

/** Where the server writes what it has to say: `postgres.log`, with the last full one beside it. */
export function serverLogOf({ path }: DataDirectory): string {
  return join(path, 'postgres.log');
}

/** Opened for appending, so that it can be emptied under a server that holds it open. */
export async function openServerLog(directory: DataDirectory): Promise<FileHandle> {
  await boundServerLog(directory);
  const log = await open(serverLogOf(directory), 'a', 0o600);
  await giveTo(directory.user, serverLogOf(directory));
  return log;
}

/** Keeps the log and its predecessor at 4 MiB each, whatever goes wrong how often. */
export async function boundServerLog(directory: DataDirectory): Promise<void> {
  const log = serverLogOf(directory);
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size <= SIZE_MAX) return;
  await copyFile(log, `${log}.1`);
  await truncate(log);
}

/** The last lines written since the log had this size. */
export async function readServerLog(directory: DataDirectory, since: number, lines = 8): Promise<string> {
  const text = (await readFile(serverLogOf(directory))).subarray(since).toString('utf8').trimEnd();
  return text.split('\n').slice(-lines).join('\n');
}
