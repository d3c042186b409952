// Makes a log long in a minute: repeats the runs that it holds, row by row and in their order, under new ids, as the engine
// would have written them, and with them their rows in the list of runs. Whoever opens it then has followed it to its end.
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const ROWS_A_TRANSACTION = 1_000;

const SAMPLE = `
  select namespace, stream_id as stream, first_version as "firstVersion", last_version as "lastVersion",
         events::text as events, metadata::text as metadata
    from commits c
   where exists (select from runs r where r.namespace = c.namespace and r.id = c.stream_id)
   order by transaction_id, position`;

const COPY_COMMITS = `
  copy commits (namespace, stream_id, first_version, last_version, partition, hash, events, metadata) from stdin`;

const REPEAT_RUNS = `
  insert into runs (id, started_at, ended_at, due_at, version, tasks_total, tasks_ended, definition_version, priority,
                    partition, namespace, status, definition, definition_hash, labels, error, search)
  select m.id, r.started_at, r.ended_at, r.due_at, r.version, r.tasks_total, r.tasks_ended, r.definition_version, r.priority,
         m.partition, r.namespace, r.status, r.definition, r.definition_hash, r.labels, r.error, r.search
    from unnest($1::uuid[], $2::uuid[], $3::int2[]) as m (sample, id, partition)
    join runs r on r.id = m.sample`;

const MOVE_CHECKPOINTS = `
  update checkpoints set (transaction_id, position) =
    (select transaction_id, position from commits order by transaction_id desc, position desc limit 1)`;

/** Repeats all runs of a log, which must have ended, as often as it takes to have so many commits; returns how many it has. */
export async function lengthenLog(databaseUrl, commits, engine) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: sample } = await client.query(SAMPLE);
    let count = await countCommits(client);
    while (count < commits) {
      const copies = copiesOf(sample, engine);
      await copyCommits(client, repeated(sample, copies, engine));
      const column = (of) => [...copies].map(of);
      const values = [column(([id]) => id), column(([, { id }]) => id), column(([, { partition }]) => partition)];
      await client.query(REPEAT_RUNS, values);
      count += sample.length;
    }
    await client.query(MOVE_CHECKPOINTS);
    // As a server does by itself in time; what it would still have to write is written.
    await client.query('vacuum (analyze)');
    await client.query('checkpoint').catch(() => undefined);
    return await countCommits(client);
  } finally {
    await client.end();
  }
}

async function countCommits(client) {
  const { rows } = await client.query('select count(*)::int as count from commits');
  return rows[0].count;
}

/** A new id for each run of the sample, and the partition that it falls into. */
function copiesOf(sample, { newId, partitionOf, PARTITIONS_DEFAULT }) {
  const clock = { now: Date.now };
  const entropy = { bytes: randomBytes };
  const copies = new Map();
  for (const { stream } of sample) {
    if (copies.has(stream)) continue;
    const id = newId(clock, entropy);
    copies.set(stream, { id, partition: partitionOf(id, PARTITIONS_DEFAULT) });
  }
  return copies;
}

function* repeated(sample, copies, { GENESIS, chainHash }) {
  const hashes = new Map();
  for (const row of sample) {
    const { id, partition } = copies.get(row.stream);
    const [events, metadata] = [row.events, row.metadata].map((text) => text.replaceAll(row.stream, id));
    const commit = { ...row, stream: id, events, metadata };
    const hash = chainHash(hashes.get(id) ?? GENESIS, commit);
    hashes.set(id, hash);
    yield { ...commit, partition, hash };
  }
}

async function copyCommits(client, rows) {
  let lines = [];
  const send = async () => {
    if (lines.length > 0) await pipeline(Readable.from([lines.join('')]), client.query(copyFrom(COPY_COMMITS)));
    lines = [];
  };
  for (const row of rows) {
    if (lines.push(lineOf(row)) === ROWS_A_TRANSACTION) await send();
  }
  await send();
}

/** A row in the text format of COPY, where a backslash escapes; JSON as we write it has no other control characters. */
function lineOf({ namespace, stream, firstVersion, lastVersion, partition, hash, events, metadata }) {
  const fields = [
    namespace,
    stream,
    firstVersion,
    lastVersion,
    partition,
    `\\x${hash.toString('hex')}`,
    events,
    metadata,
  ];
  return `${fields.map((field) => String(field).replaceAll('\\', '\\\\')).join('\t')}\n`;
}
