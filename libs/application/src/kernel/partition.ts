import { crc32 } from 'node:zlib';
import type { StreamId } from '@orrery/domain';

/** How many partitions an installation has, unless it was made with another number. Fixed once made. */
export const PARTITIONS_DEFAULT = 16;
export const PARTITIONS_MAX = 1_024;

/** The partition of a stream: the same in every process and every release. */
export function partitionOf(stream: StreamId, partitions: number): number {
  return crc32(stream) % partitions;
}
