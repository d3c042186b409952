import {
  type Commit,
  type Known,
  type KnownPlace,
  type Log,
  type StreamKey,
  StreamReader,
  commitsByStream,
  keyOf,
} from '@orrery/application';
import type { Pool } from 'pg';
import { commitOf } from '../log/commit-rows.js';
import { AS_TEXT } from '../log/lane-session.js';
import { READ_STREAM, READ_STREAM_PAGES } from '../log/read-statements.js';
import type { Replicas } from './replicas.js';
import { LAG_MAX_MS } from './watch-replica.js';

// The rows, and in the same snapshot the transaction id before which everything has ended. On a replica the snapshot's
// own list of what is open is empty, so that nothing at or past that id may be taken for ended. Without rows it is told,
// too.
const copied = (name: string, { text }: { readonly text: string }) => ({
  name,
  text: `
    select pg_snapshot_xmin(pg_current_snapshot()), c.*
      from (select) as one left join (${text}) c on true
     order by c.namespace, c.stream_id, c.first_version`,
});
const READ_COPY = copied('read-copy', READ_STREAM);
const READ_COPIES = copied('read-copies', READ_STREAM_PAGES);

/** What a replica has of one stream, or of many. */
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
    private readonly log: Pick<Log, 'readStream' | 'readStreams'>,
    /** Whoever knows nothing is not sent to a replica that was seen further behind than this, in milliseconds. */
    private readonly lagMaxMs = LAG_MAX_MS,
  ) {
    super();
  }

  override readStream(key: StreamKey, version: number, limit: number, known: Known): Promise<readonly Commit[]> {
    const values = [key.namespace, key.stream, version, limit];
    return this.ask([{ ...key, version, known }], limit, {
      replica: (pool) => readCopy(pool, { ...READ_COPY, values }),
      primary: () => this.log.readStream(key, version, limit),
    });
  }

  /** Where a replica lacks something of one of them, the log has all. */
  override async readStreams(after: readonly KnownPlace[], limit: number): Promise<readonly Commit[]> {
    if (after.length === 0) return [];
    const columns = [
      after.map((each) => each.namespace),
      after.map((each) => each.stream),
      after.map((e) => e.version),
    ];
    return this.ask(after, limit, {
      replica: (pool) => readCopy(pool, { ...READ_COPIES, values: [...columns, limit] }),
      primary: () => this.log.readStreams(after, limit),
    });
  }

  private async ask(after: readonly KnownPlace[], limit: number, { replica, primary }: Sources) {
    if (after.some(({ known }) => known.version === Infinity)) return primary();
    const isKnown = after.some(({ known, version }) => known.version > version || known.transactionId > 0n);
    const { commits } = await this.replicas.ask<Pick<Copy, 'commits'> & Partial<Copy>>({
      replica,
      primary: async () => ({ commits: await primary() }),
      isEnough: (copy) => isEnough(copy as Copy, after, limit),
      lagMaxMs: isKnown ? RACE_MS : this.lagMaxMs,
    });
    return commits;
  }
}

/** Where the same is read. */
interface Sources {
  readonly replica: (pool: Pool) => Promise<Copy>;
  readonly primary: () => Promise<readonly Commit[]>;
}

/** A stream of which a replica has nothing at all may have just begun. */
function isEnough({ commits, endedBefore }: Copy, after: readonly KnownPlace[], limit: number): boolean {
  const streams = commitsByStream(commits);
  return after.every(({ known, version, ...key }) => {
    if (known.transactionId >= endedBefore) return false;
    const read = streams.get(keyOf(key)) ?? [];
    const reached = read.at(-1)?.lastVersion ?? version;
    return reached > 0 && (read.length === limit || reached >= known.version);
  });
}

async function readCopy(pool: Pool, statement: { readonly text: string; readonly values: unknown[] }): Promise<Copy> {
  const query = { ...statement, rowMode: 'array' as const, types: AS_TEXT };
  const { rows } = await pool.query<(string | null)[]>(query);
  const commits = rows.map(([, ...row]) => row).filter(([transactionId]) => transactionId !== null);
  return { commits: commits.map(commitOf), endedBefore: BigInt(rows[0]![0]!) };
}
