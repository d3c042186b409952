import { createHash } from 'node:crypto';
import pg from 'pg';

const ALL_COMMITS = `
  select namespace, stream_id as stream, first_version, last_version, events::text, metadata::text, hash
    from commits order by namespace, stream_id, first_version`;

/** Asks the database itself, past every layer that might be wrong. */
export async function ask(server, work) {
  const client = new pg.Client({ connectionString: server.databaseUrl(), application_name: 'orrery crash check' });
  // It may be killed while it answers: the question then rejects, which says it all.
  client.on('error', () => undefined);
  await client.connect();
  return work(client).finally(() => client.end());
}

/** What each stream recorded: its events in order, and whose commands brought them. */
export async function readHistories(server, violations) {
  const { rows } = await ask(server, (client) => client.query(ALL_COMMITS));
  const histories = new Map();
  for (const row of rows) {
    let history = histories.get(row.stream);
    if (!history)
      histories.set(row.stream, (history = { stream: row.stream, events: [], commands: [], hash: Buffer.alloc(32) }));
    if (isTombstone(row, history)) history.events.push(...JSON.parse(row.events));
    else follow(history, row, violations);
  }
  return histories;
}

/** Of a deleted run nothing may be left but its end: what its hash was chained to is gone. */
function isTombstone({ events }, history) {
  return history.events.length === 0 && events.startsWith('[{"type":"WorkflowDeleted"');
}

/** One commit after the other: versions without gap or repeat, and a chain of hashes that holds. */
function follow(history, row, violations) {
  const { namespace, stream, first_version: first, last_version: last } = row;
  const events = JSON.parse(row.events);
  const metadata = JSON.parse(row.metadata);
  const at = `${stream} at version ${first}`;
  if (first !== history.events.length + 1) violations.push(`${at}: ${history.events.length} events stand before it`);
  if (events.length !== last - first + 1) violations.push(`${at}: ${events.length} events up to version ${last}`);
  if (metadata.reduce((sum, { n }) => sum + n, 0) !== events.length)
    violations.push(`${at}: the commands do not add up`);
  const hash = createHash('sha256')
    .update(history.hash)
    .update(`${namespace}\n${stream}\n${first}\n${row.events}\n${row.metadata}`)
    .digest();
  if (!hash.equals(row.hash)) violations.push(`${at}: the chain of hashes is broken`);
  history.hash = hash;
  history.events.push(...events);
  for (const { id } of metadata) {
    if (id !== undefined && history.commands.includes(id)) violations.push(`${at}: command ${id} is recorded twice`);
    if (id !== undefined) history.commands.push(id);
  }
}
