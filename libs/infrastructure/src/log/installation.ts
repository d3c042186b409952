import { type Epoch, PARTITIONS_DEFAULT } from '@orrery/application';
import { Client } from 'pg';
import { isNew } from '../sharding/shard-faults.js';
import { EPOCH } from './read-statements.js';
import { MAP_CHECKPOINTS, RENUMBER_COMMITS } from './renumber-statements.js';

/** What a database is: how many partitions it has, and in which cluster its transaction ids count. */
export interface Installation {
  /** Fixed when the database was first used, whatever a process was configured with later. */
  readonly partitions: number;
  readonly epoch: Epoch;
  /** Which of the databases of its cluster it is, for good. */
  readonly databaseId: string;
  /** Which of several databases it is that have the partitions between them; missing where it has all of them. */
  readonly shard?: ShardIdentity;
  /** Whether something was ever recorded there. */
  readonly isUsed?: boolean;
  /** What this start found: a new database, the same cluster, the same after a fail-over, or one restored elsewhere. */
  readonly found: 'new' | 'same' | 'failed-over' | 'restored';
}

/** A database among several: its name, and the names of all. */
export interface ShardIdentity {
  readonly name: string;
  /** In alphabetical order. */
  readonly names: readonly string[];
  /** Of all that were made together the same, so that those of another set by the same names are known as others. */
  readonly set?: string;
  /** The others are in use already, so that this one must be, too. */
  readonly mustBeThere?: boolean;
}

interface Row {
  readonly partitions: number;
  readonly shard: string | null;
  readonly shards: readonly string[] | null;
  readonly shard_set: string | null;
  readonly is_used: boolean;
  readonly system_identifier: string;
  readonly timeline: number;
  readonly database_id: string;
}

const INSTALL = `
  insert into installation (partitions, system_identifier, timeline, shard, shards, shard_set)
  values ($1, $2, $3, $4, $5, case when $4::text is not null then coalesce($6::uuid, gen_random_uuid()) end)
      on conflict do nothing`;
// Whoever comes second waits here until the first has done whatever there is to do.
const LOCK = `
  select partitions, shard, shards, shard_set::text, system_identifier::text, timeline,
         (select oid::text from pg_database where datname = current_database()) as database_id,
         exists (select from commits) as is_used
    from installation for update`;
const RECORD = 'update installation set system_identifier = $1, timeline = $2';

/**
 * Opens the installation in a migrated database, before anything else is read or written there. In a cluster that it
 * does not know (a dump was restored), it renumbers the log: transaction ids are the cluster's, and count from anew.
 */
export async function openInstallation(
  url: string,
  partitions = PARTITIONS_DEFAULT,
  shard?: ShardIdentity,
): Promise<Installation> {
  const client = new Client({ connectionString: url, application_name: 'orrery installation' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    const installation = await settle(client, partitions, shard);
    await client.query('commit');
    return installation;
  } finally {
    // Without a commit, everything is as it was before.
    await client.end();
  }
}

async function settle(client: Client, partitions: number, shard?: ShardIdentity): Promise<Installation> {
  const epoch = await epochOf(client);
  const { systemIdentifier, timeline } = epoch;
  const { name, names, set, mustBeThere }: Partial<ShardIdentity> = shard ?? {};
  const installed = await client.query(INSTALL, [partitions, systemIdentifier, timeline, name, names, set]);
  if (installed.rowCount === 1 && mustBeThere) throw isNew(name!);
  const { rows } = await client.query<Row>(LOCK);
  const stored = rows[0]!;
  const found = installed.rowCount === 1 ? 'new' : whatChanged(stored, epoch);
  if (found === 'restored') await renumber(client);
  if (found === 'restored' || found === 'failed-over') await client.query(RECORD, [systemIdentifier, timeline]);
  return {
    partitions: stored.partitions,
    epoch,
    databaseId: stored.database_id,
    found,
    isUsed: stored.is_used,
    ...shardOf(stored),
  };
}

function shardOf({ shard: name, shards: names, shard_set: set }: Row): Pick<Installation, 'shard'> {
  return name === null || names === null || set === null ? {} : { shard: { name, names, set } };
}

function whatChanged(stored: Row, { systemIdentifier, timeline }: Epoch): Installation['found'] {
  if (stored.system_identifier !== systemIdentifier) return 'restored';
  return stored.timeline === timeline ? 'same' : 'failed-over';
}

/** However long it takes: nobody can work on this log before it is done. */
async function renumber(client: Client): Promise<void> {
  await client.query('set local statement_timeout = 0');
  await client.query('lock table commits, checkpoints in exclusive mode');
  await client.query(MAP_CHECKPOINTS);
  await client.query(RENUMBER_COMMITS);
}

async function epochOf(client: Client): Promise<Epoch> {
  const { rows } = await client.query<{ system_identifier: string; timeline: number }>(EPOCH);
  return { systemIdentifier: rows[0]!.system_identifier, timeline: rows[0]!.timeline };
}
