import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectory } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';
import { isServerOf } from './processes.js';

/** What a running server says about itself in its `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`; empty when the file is still being written. */
  readonly status: string;
}

/** Recovery after a crash reads the WAL since the last checkpoint, which is bounded; this is far beyond it. */
export const PATIENCE_MS = 5 * 60_000;

const fileOf = (cluster: string) => join(cluster, 'postmaster.pid');

export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(fileOf(cluster), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Process, data directory, start time, port, socket directory, address, shared memory, status.
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** The server at work on this cluster, once it answers; undefined when there is none, or it is on its way out. */
export async function findPostmaster({ cluster }: DataDirectory): Promise<Postmaster | undefined> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20)) {
    const postmaster = await readPostmaster(cluster);
    if (!postmaster || !isServerOf(postmaster.pid, cluster)) return undefined;
    if (postmaster.status === 'ready') return postmaster;
  }
  throw new EmbeddedPostgresError(
    'postgres.stuck',
    `A PostgreSQL server runs on ${cluster}, but has neither become ready nor ended.`,
    `Look at postgres.log beside it. Stop it (kill -INT and the first line of ${fileOf(cluster)}) and start again.`,
  );
}

/**
 * Sees to it that the file of a dead server does not keep the next one from starting, nor is taken for its own.
 * PostgreSQL copes when the number in it is free; not when another process got that number, and not with an empty file.
 * Only for who has made sure, under the lock, that no server is at work.
 */
export async function disownPostmaster({ cluster }: DataDirectory): Promise<void> {
  const file = fileOf(cluster);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined || isServerOf(Number.parseInt(text, 10), cluster)) return;
  if (text.trim() === '') await unlink(file);
  // A server takes the number of its parent for a leftover. The other lines stay: by the shared memory they name it
  // notices children of the dead server that are still at work, and refuses to start beside them.
  else await writeFile(file, text.replace(/^\d+/, String(process.pid)));
}
