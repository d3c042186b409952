import { randomUUID } from 'node:crypto';
import { partitionOf, shardMap } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import type { ShardAddress } from '@orrery/infrastructure';
import { testDatabase } from '@orrery/infrastructure/testing';
import { startProxy } from '@orrery/infrastructure/testing/rabbitmq';
import { Client, Pool, type QueryResultRow } from 'pg';

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

/** An empty database on a server. */
async function databaseOn(server: string) {
  const name = `orrery_${randomUUID().replaceAll('-', '')}`;
  const tell = async (text: string) => {
    const client = new Client(server);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await tell(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => tell(`drop database ${name} with (force)`) };
}

/**
 * Two databases, east and west, that know nothing of each other. Where clients fall silent in the middle of a transaction,
 * on a server of their own: the horizon of all databases there waits for them.
 */
export async function twoDatabases(server?: string): Promise<TwoDatabases> {
  const databases = await Promise.all(
    ['east', 'west'].map(async (name) => {
      const database = await (server === undefined ? testDatabase() : databaseOn(server));
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
