import { createHash } from 'node:crypto';
import type { NewCommit } from './ports/log.js';

/** The hash before the first commit of a stream. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/**
 * The hash of a commit: SHA-256 over the hash before it, and what was decided as it is stored. It leaves out position,
 * transaction id and time of recording, which a dump and restore may change.
 */
export function chainHash(
  previous: Uint8Array,
  { namespace, stream, firstVersion, events, metadata }: Omit<NewCommit, 'hash'>,
): Uint8Array {
  return createHash('sha256')
    .update(previous)
    .update(`${namespace}\n${stream}\n${firstVersion}\n${events}\n${metadata}`)
    .digest();
}
