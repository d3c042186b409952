import { isContentHash } from '@orrery/application';
import type { JsonObject } from '@orrery/domain';
import type { Client } from 'pg';
import { commitOf } from '../log/commit-rows.js';
import { AS_TEXT } from '../log/lane-session.js';
import { COMMIT_COLUMNS } from '../log/read-statements.js';
import { openSession } from '../postgres/pools.js';
import { ChainCheck } from './chain-check.js';
import type { Manifest } from './manifest.js';
import { NO_LIMITS, type OnProgress } from './tables.js';
import { VIEW_CHECKS } from './view-checks.js';

export interface IntegrityOptions {
  readonly databaseUrl: string;
  /** Of the backup from which the database was restored: its counts are then held against what is there. */
  readonly manifest?: Pick<Manifest, 'log'>;
  readonly onProgress?: OnProgress;
}

/** What was looked at, and what was found to be wrong. */
export interface IntegrityReport {
  readonly commits: number;
  readonly events: number;
  readonly streams: number;
  readonly definitions: number;
  /** A sentence each, the first hundred of them. */
  readonly faults: readonly string[];
  readonly faultsTotal: number;
}

const FAULTS_TOLD_MAX = 100;
/** So many rows are in memory at once: a row of the log has 4 MiB at most, and as a rule a thousandth of that. */
const ROWS_AT_ONCE = 100;

const BEGIN = 'begin isolation level repeatable read read only';
const ALL_COMMITS = `
  declare commits_in_order no scroll cursor for
   select ${COMMIT_COLUMNS} from commits c order by c.namespace, c.stream_id, c.first_version`;
const ALL_CONTENTS = `
  declare contents no scroll cursor for select namespace, hash, document::text from definition_contents`;

/**
 * Holds a database against its own promises, as it is at one moment: every stream without gap and chained by its hashes,
 * definitions that are what their hashes say, and lists that say what the log says. Others may work on it meanwhile.
 */
export async function checkIntegrity(options: IntegrityOptions): Promise<IntegrityReport> {
  const { databaseUrl, manifest, onProgress = () => undefined } = options;
  const faults: string[] = [];
  let faultsTotal = 0;
  const fault = (words: string) => {
    faultsTotal += 1;
    if (faults.length < FAULTS_TOLD_MAX) faults.push(words);
  };
  const client = await openSession(databaseUrl, 'integrity check', NO_LIMITS);
  try {
    await client.query(BEGIN);
    const { commits, events, streams } = await checkLog(client, fault, onProgress);
    const definitions = await checkDefinitions(client, fault, onProgress);
    await checkViews(client, fault, onProgress);
    if (manifest) compareCounts(manifest.log, { commits, events, streams }, fault);
    return { commits, events, streams, definitions, faults, faultsTotal };
  } finally {
    await client.end();
  }
}

type Fault = (words: string) => void;

async function checkLog(client: Client, fault: Fault, onProgress: OnProgress): Promise<ChainCheck> {
  const { rows } = await client.query<{ partitions: number }>('select partitions from installation');
  const check = new ChainCheck(rows[0]!.partitions, fault);
  for await (const some of rowsOf(client, ALL_COMMITS, 'commits_in_order')) {
    for (const row of some) check.follow(commitOf(row));
    onProgress({ step: 'checking', of: 'commits', done: check.commits, unit: 'rows' });
  }
  return check;
}

async function checkDefinitions(client: Client, fault: Fault, onProgress: OnProgress): Promise<number> {
  let done = 0;
  for await (const some of rowsOf(client, ALL_CONTENTS, 'contents')) {
    for (const [namespace, hash, document] of some) {
      if (isContentHash(hash!, JSON.parse(document!) as JsonObject)) continue;
      fault(`the definition ${namespace}/${hash} is not what its hash says`);
    }
    done += some.length;
    onProgress({ step: 'checking', of: 'definitions', done, unit: 'rows' });
  }
  return done;
}

async function checkViews(client: Client, fault: Fault, onProgress: OnProgress): Promise<void> {
  for (const { of, says, text } of VIEW_CHECKS) {
    const { rows } = await client.query<{ namespace: string; name: string }>(text);
    for (const { namespace, name } of rows) fault(`${namespace}/${name} ${says}`);
    onProgress({ step: 'checking', of, done: rows.length, unit: 'rows' });
  }
}

function compareCounts(meant: Manifest['log'], found: Manifest['log'], fault: Fault): void {
  for (const name of ['commits', 'events', 'streams'] as const) {
    if (meant[name] !== found[name]) fault(`there are ${found[name]} ${name}, and the backup had ${meant[name]}`);
  }
}

async function* rowsOf(
  client: Client,
  declare: string,
  cursor: string,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  await client.query(declare);
  for (;;) {
    const fetch = { text: `fetch ${ROWS_AT_ONCE} from ${cursor}`, rowMode: 'array' as const, types: AS_TEXT };
    const { rows } = await client.query<(string | null)[]>(fetch);
    if (rows.length === 0) return void (await client.query(`close ${cursor}`));
    yield rows;
  }
}
