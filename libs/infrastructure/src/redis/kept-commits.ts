import type { Commit, StreamKey } from '@orrery/application';

type Line = readonly [
  firstVersion: number,
  lastVersion: number,
  partition: number,
  transactionId: string,
  position: string,
  recordedAt: number,
  hash: string,
  events: string,
  metadata: string,
];

/** Writes commits of one stream as lines, which others may be put after. */
export function linesOf(commits: readonly Commit[]): string {
  return commits.map((commit) => `${JSON.stringify(lineOf(commit))}\n`).join('');
}

/** Reads what `linesOf` wrote. Throws what `JSON.parse` does. */
export function commitsIn(lines: string, { namespace, stream }: StreamKey): readonly Commit[] {
  const read = JSON.parse(`[${lines.trimEnd().replaceAll('\n', ',')}]`) as readonly Line[];
  return read.map(
    ([firstVersion, lastVersion, partition, transactionId, position, recordedAt, hash, events, metadata]) => ({
      namespace,
      stream,
      partition,
      firstVersion,
      lastVersion,
      cursor: { transactionId: BigInt(transactionId), position: BigInt(position) },
      recordedAt,
      hash: Buffer.from(hash, 'base64'),
      events,
      metadata,
    }),
  );
}

function lineOf({ cursor, hash, ...commit }: Commit): Line {
  const { firstVersion, lastVersion, partition, recordedAt, events, metadata } = commit;
  const [transactionId, position] = [String(cursor.transactionId), String(cursor.position)];
  const hashText = Buffer.from(hash).toString('base64');
  return [firstVersion, lastVersion, partition, transactionId, position, recordedAt, hashText, events, metadata];
}
