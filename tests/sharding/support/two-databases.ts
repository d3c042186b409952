import { randomUUID } from 'node:crypto';
import { partitionOf, shardMap } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import type { ShardAddress } from '@orrery/infrastructure';
import { testDatabase } from '@orrery/infrastructure/testing';
import { startProxy } from '@orrery/infrastructure/testing/rabbitmq';
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
  /** As processes are to reach them. */
  readonly shards: readonly ShardAddress[];
  /** The rows of one of them. */
  ask<Row extends QueryResultRow>(name: string, text: string): Promise<readonly Row[]>;
  /** What lies between processes and one of them. */
  wayTo(name: string): Awaited<ReturnType<typeof startProxy>>;
  drop(): Promise<void>;
}

/** Two databases, east and west, that know nothing of each other. */
export async function twoDatabases(): Promise<TwoDatabases> {
  const databases = await Promise.all(
    ['east', 'west'].map(async (name) => {
      const database = await testDatabase();
      const way = await startProxy(new URL(database.url));
      const pool = new Pool({ connectionString: database.url, max: 1, application_name: 'looking on' });
      pool.on('error', () => undefined);
      return { name, database, way, pool };
    }),
  );
  const of = (name: string) => databases.find((each) => each.name === name)!;
  return {
    shards: databases.map(({ name, way }) => ({ name, databaseUrl: way.url })),
    ask: async <Row extends QueryResultRow>(name: string, text: string) => (await of(name).pool.query<Row>(text)).rows,
    wayTo: (name) => of(name).way,
    async drop() {
      await Promise.all(databases.map(({ pool }) => pool.end()));
      await Promise.all(databases.map(({ way }) => way.close()));
      await Promise.all(databases.map(({ database }) => database.drop()));
    },
  };
}
