import { createHash } from 'node:crypto';
import { type Json, type Namespace, type StreamId, canonicalJson, contentText } from '@orrery/domain';
import { partitionOf } from './partition.js';
import type { Clock } from './ports/clock.js';
import type { Entropy } from './ports/entropy.js';

/** A UUIDv7 (RFC 9562): the time in milliseconds, then chance. */
export function newId(clock: Clock, entropy: Entropy): StreamId {
  const bytes = Buffer.from(entropy.bytes(16));
  bytes.writeUIntBE(clock.now(), 0, 6);
  return asUuid(bytes, 0x70);
}

/** How often an id is drawn until it falls into a partition of whoever makes it. */
const DRAWS_MAX = 64;

/** A new id in one of these partitions, if chance allows: its run then needs no word to another owner. */
export function newIdIn(owned: ReadonlySet<number>, partitions: number, clock: Clock, entropy: Entropy): StreamId {
  let id = newId(clock, entropy);
  if (owned.size === 0 || owned.size === partitions) return id;
  for (let draw = 1; draw < DRAWS_MAX && !owned.has(partitionOf(id, partitions)); draw++) id = newId(clock, entropy);
  return id;
}

/** A UUIDv8 made of these parts: the same parts, the same id. */
export function derivedId(...parts: readonly string[]): StreamId {
  return asUuid(createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16), 0x80);
}

/** The stream of a definition's name: a name has one in each namespace. */
export function definitionStream(namespace: Namespace, name: string): StreamId {
  return derivedId('definition', namespace, name);
}

function asUuid(bytes: Buffer, version: number): StreamId {
  bytes[6] = (bytes[6]! & 0x0f) | version;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as StreamId;
}

/** SHA-256, in hex, over what a definition says: the same content, the same hash, whatever the order of its keys. */
export function contentHash(document: Json): string {
  return sha256(contentText(document));
}

/** Whether it is the hash of this definition. Earlier it was made over the document as it was written. */
export function isContentHash(hash: string, document: Json): boolean {
  return hash === contentHash(document) || hash === sha256(JSON.stringify(document));
}

/** SHA-256, in hex, over what a request asks for: the same wish, however its keys are ordered, is the same request. */
export function bodyHash(operation: string, body: Json): string {
  return sha256(`${operation}\n${canonicalJson(body)}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
