import type { Commit } from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';
import type { LaneRow } from './lane-session.js';

/** A row as the read statements give it, every column as text. */
export function commitOf(row: LaneRow): Commit {
  const [transactionId, position, namespace, partition, stream, first, last, recordedMs, hash, events, metadata] = row;
  return {
    cursor: { transactionId: BigInt(transactionId!), position: BigInt(position!) },
    namespace: namespace as Namespace,
    partition: Number(partition),
    stream: stream as StreamId,
    firstVersion: Number(first),
    lastVersion: Number(last),
    recordedAt: Math.floor(Number(recordedMs)),
    // The server writes bytes as `\\x` and hexadecimal digits.
    hash: Buffer.from(hash!.slice(2), 'hex'),
    events: events!,
    metadata: metadata!,
  };
}
