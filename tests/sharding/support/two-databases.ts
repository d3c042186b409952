import { randomUUID } from 'node:crypto';
import { partitionOf, shardMap } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import type { ShardAddress } from '@orrery/infrastructure';
import { testDatabase } from '@orrery/infrastructure/testing';
import { Pool, type QueryResultRow } from 'pg';

export const PARTITIONS = 16;
const MAP = shardMap(['east', 'west'], PARTITIONS);

/** The partitions of one of the two. */
export const partitionsOf = (name: string) => MAP.get(name)!;

/** In which of the two a run is. */
export function shardOf(id: string): string {
  return partitionsOf('east').has(partitionOf(id as StreamId, PARTITIONS)) ? 'east' : 'west';
}

/** An id of a run in one of the two. */
export function idIn(name: string): StreamId {
  for (;;) {
    const id = randomUUID() as StreamId;
    if (shardOf(id) === name) return id;
  }
}

export interface TwoDatabases {
  readonly shards: readonly ShardAddress[];
  urlOf(name: string): string;
  /** The rows of one of them. */
  ask<Row extends QueryResultRow>(name: string, text: string): Promise<readonly Row[]>;
  /** Nobody gets into one of them any more, and whoever is in it is thrown out. */
  shut(name: string): Promise<void>;
  open(name: string): Promise<void>;
  drop(): Promise<void>;
}

/** Two databases, east and west, that know nothing of each other. */
export async function twoDatabases(): Promise<TwoDatabases> {
  const databases = await Promise.all(
    ['east', 'west'].map(async (name) => {
      const database = await testDatabase();
      const pool = new Pool({ connectionString: database.url, max: 1, application_name: 'looking on' });
      pool.on('error', () => undefined);
      return { name, ...database, pool };
    }),
  );
  const of = (name: string) => databases.find((each) => each.name === name)!;
  const other = (name: string) => databases.find((each) => each.name !== name)!;
  const nameOf = (name: string) => new URL(of(name).url).pathname.slice(1);
  return {
    shards: databases.map(({ name, url }) => ({ name, databaseUrl: url })),
    urlOf: (name) => of(name).url,
    ask: async <Row extends QueryResultRow>(name: string, text: string) => (await of(name).pool.query<Row>(text)).rows,
    async shut(name) {
      const database = nameOf(name);
      const { pool } = other(name);
      await pool.query(`alter database ${database} with allow_connections false`);
      await pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
    },
    open: async (name) =>
      void (await other(name).pool.query(`alter database ${nameOf(name)} with allow_connections true`)),
    async drop() {
      await Promise.all(databases.map(({ pool }) => pool.end()));
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}
