import { hash } from 'node:crypto';
import type { NewCommit } from './ports/log.js';

/** The hash before the first commit of a stream. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/** Where most commits are put together to be hashed in one call. */
const scratch = Buffer.allocUnsafe(65_536);

/**
 * The hash of a commit: SHA-256 over the hash before it, and what was decided as it is stored. It leaves out position,
 * transaction id and time of recording, which a dump and restore may change.
 */
export function chainHash(
  previous: Uint8Array,
  { namespace, stream, firstVersion, events, metadata }: Omit<NewCommit, 'hash'>,
): Uint8Array {
  const texts = [`${namespace}\n${stream}\n${firstVersion}\n`, events, '\n', metadata];
  // A UTF-16 unit is at most three bytes of UTF-8.
  const roomy = texts.reduce((sum, text) => sum + text.length * 3, previous.length);
  const bytes = roomy <= scratch.length ? scratch : Buffer.allocUnsafe(roomy);
  bytes.set(previous);
  let end = previous.length;
  for (const text of texts) end += bytes.write(text, end);
  // By way of a text it costs half of what a buffer of its own does.
  return Buffer.from(hash('sha256', bytes.subarray(0, end), 'binary'), 'latin1');
}
