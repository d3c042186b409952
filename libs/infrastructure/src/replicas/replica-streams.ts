import { type Commit, type Known, type Log, type StreamKey, StreamReader } from '@orrery/application';
import type { Pool } from 'pg';
import { commitOf } from '../log/commit-rows.js';
import { AS_TEXT } from '../log/lane-session.js';
import { READ_STREAM } from '../log/read-statements.js';
import type { Replicas } from './replicas.js';
import { LAG_MAX_MS } from './watch-replica.js';

// The rows, and in the same snapshot the transaction id before which everything has ended. On a replica the snapshot's
// own list of what is open is empty, so that nothing at or past that id may be taken for ended. Without rows it is told,
// too.
const READ_COPY = {
  name: 'read-copy',
  text: `
    select pg_snapshot_xmin(pg_current_snapshot()), c.*
      from (select) as one left join (${READ_STREAM.text}) c on true
     order by c.first_version`,
};

/** A page of a stream as a replica has it. */
interface Copy {
  readonly commits: readonly Commit[];
  /** Every transaction before this one has ended, and the replica has what it did. */
  readonly endedBefore: bigint;
}

/** Who knows how new the answer must be is not sent to a replica that was seen further behind than this; in milliseconds. */
const RACE_MS = 150;

/** Reads streams from replicas, and from the log itself what they lack. */
export class ReplicaStreams extends StreamReader {
  constructor(
    private readonly replicas: Replicas,
    private readonly log: Pick<Log, 'readStream'>,
    /** Whoever knows nothing is not sent to a replica that was seen further behind than this, in milliseconds. */
    private readonly lagMaxMs = LAG_MAX_MS,
  ) {
    super();
  }

  override async readStream(key: StreamKey, version: number, limit: number, known: Known): Promise<readonly Commit[]> {
    const primary = () => this.log.readStream(key, version, limit);
    if (known.version === Infinity) return primary();
    const isKnown = known.version > version || known.transactionId > 0n;
    const { commits } = await this.replicas.ask<Pick<Copy, 'commits'> & Partial<Copy>>({
      replica: (pool) => readCopy(pool, key, version, limit),
      primary: async () => ({ commits: await primary() }),
      isEnough: (copy) => isEnough(copy as Copy, { version, limit, known }),
      lagMaxMs: isKnown ? RACE_MS : this.lagMaxMs,
    });
    return commits;
  }
}

interface Asked {
  readonly version: number;
  readonly limit: number;
  readonly known: Known;
}

/** A stream of which a replica has nothing at all may have just begun. */
function isEnough({ commits, endedBefore }: Copy, { version, limit, known }: Asked): boolean {
  if (known.transactionId >= endedBefore) return false;
  const reached = commits.at(-1)?.lastVersion ?? version;
  return reached > 0 && (commits.length === limit || reached >= known.version);
}

async function readCopy(pool: Pool, key: StreamKey, version: number, limit: number): Promise<Copy> {
  const values = [key.namespace, key.stream, version, limit];
  const query = { ...READ_COPY, values, rowMode: 'array' as const, types: AS_TEXT };
  const { rows } = await pool.query<(string | null)[]>(query);
  const commits = rows.map(([, ...row]) => row).filter(([transactionId]) => transactionId !== null);
  return { commits: commits.map(commitOf), endedBefore: BigInt(rows[0]![0]!) };
}
