import { type Snapshot, Snapshots, type StreamKey, keyOf } from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';
import type { Pool } from 'pg';
import { AS_TEXT } from '../log/lane-session.js';
import { inDomainWords } from '../log/sql-errors.js';

const LOAD = `
  select s.namespace, s.stream_id, s.version, s.schema, s.hash, s.state
    from unnest($1::text[], $2::uuid[]) as w (namespace, stream_id)
         join snapshots s on s.namespace = w.namespace and s.stream_id = w.stream_id`;

// At the same version a snapshot of another schema takes the place of the old one: the code has changed since.
const SAVE = `
  insert into snapshots (namespace, stream_id, version, schema, hash, state)
  select distinct on (namespace, stream_id) *
    from unnest($1::text[], $2::uuid[], $3::int4[], $4::text[], $5::bytea[], $6::json[])
         as s (namespace, stream_id, version, schema, hash, state)
   order by namespace, stream_id, version desc
  on conflict (namespace, stream_id) do update
     set version = excluded.version, schema = excluded.schema, hash = excluded.hash, state = excluded.state
   where excluded.version > snapshots.version
      or (excluded.version = snapshots.version and excluded.schema <> snapshots.schema)`;

const REMOVE = `
  delete from snapshots s using unnest($1::text[], $2::uuid[]) as w (namespace, stream_id)
   where s.namespace = w.namespace and s.stream_id = w.stream_id`;

/** Snapshots in a table, one a stream. */
export class PostgresSnapshots extends Snapshots {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async load(keys: readonly StreamKey[]): Promise<ReadonlyMap<string, Snapshot>> {
    if (keys.length === 0) return new Map();
    const values = [keys.map(({ namespace }) => namespace), keys.map(({ stream }) => stream)];
    const query = { name: 'load-snapshots', text: LOAD, values, rowMode: 'array' as const, types: AS_TEXT };
    const { rows } = await inDomainWords(this.pool.query<string[]>(query));
    return new Map(rows.map(snapshotOf).map((snapshot) => [keyOf(snapshot), snapshot]));
  }

  override async save(snapshots: readonly Snapshot[]): Promise<void> {
    if (snapshots.length === 0) return;
    const column = (of: (snapshot: Snapshot) => unknown) => snapshots.map(of);
    const values = [
      column(({ namespace }) => namespace),
      column(({ stream }) => stream),
      column(({ version }) => version),
      column(({ schema }) => schema),
      column(({ hash }) => Buffer.from(hash)),
      column(({ state }) => state),
    ];
    await inDomainWords(this.pool.query({ name: 'save-snapshots', text: SAVE, values }));
  }

  override async remove(keys: readonly StreamKey[]): Promise<void> {
    if (keys.length === 0) return;
    const values = [keys.map(({ namespace }) => namespace), keys.map(({ stream }) => stream)];
    await inDomainWords(this.pool.query(REMOVE, values));
  }
}

function snapshotOf([namespace, stream, version, schema, hash, state]: string[]): Snapshot {
  return {
    namespace: namespace as Namespace,
    stream: stream as StreamId,
    version: Number(version),
    schema: schema!,
    hash: Buffer.from(hash!.slice(2), 'hex'),
    state: state!,
  };
}
