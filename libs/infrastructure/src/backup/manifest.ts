import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Invalid } from '@orrery/domain';
import { z } from 'zod';

/** The format of backups that this release writes, and the only one that it reads. */
export const BACKUP_FORMAT = 1;
export const MANIFEST_FILE = 'manifest.json';

const name = z.string().regex(/^[a-z_]+$/);
const count = z.int().min(0);

const manifestSchema = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** The release that wrote it. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** The cluster in which its transaction ids count. */
  epoch: z.object({ systemIdentifier: z.string(), timeline: z.int() }),
  partitions: z.int().min(1),
  postgres: z.string(),
  /** Those that its schema had seen, in order. */
  migrations: z.array(z.string()),
  log: z.object({ commits: count, events: count, streams: count }),
  tables: z.array(
    z.object({
      name,
      columns: z.array(name).min(1),
      rows: count,
      file: z.string().regex(/^[a-z_]+\.copy\.gz$/),
      bytes: count,
      /** Of the file as it lies there, in hex. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a backup says of itself: what it is of, and what must be found in it. */
export type Manifest = z.output<typeof manifestSchema>;
export type BackedUpTable = Manifest['tables'][number];

/** Reads the manifest of a backup. Throws `Invalid` where there is none, or none that this release can read. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Invalid('backup.not-found', `There is no backup in ${directory}: it has no ${MANIFEST_FILE}.`);
  });
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const { path: place, message } = parsed.error.issues[0]!;
  if (place[0] === 'format') {
    const words = `The backup in ${directory} is of another format than ${BACKUP_FORMAT}, which this release reads.`;
    throw new Invalid('backup.unknown-format', `${words} Restore it with the release that wrote it.`);
  }
  throw new Invalid('backup.damaged', `${path} is damaged: ${place.join('.') || 'the whole'}: ${message}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
