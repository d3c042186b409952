import { type ShardMap, shardMap } from '@orrery/application';
import type { Installation } from '../log/installation.js';
import type { ShardPort } from '../sharding/by-shard.js';
import { mustAgree } from '../sharding/shard-faults.js';
import type { ShardAddress } from '../sharding/shard-settings.js';
import { ShardedCheckpoints } from '../sharding/sharded-checkpoints.js';
import { ShardedDefinitionContents } from '../sharding/sharded-definition-contents.js';
import { ShardedLog } from '../sharding/sharded-log.js';
import { ShardedOwnership } from '../sharding/sharded-ownership.js';
import { ShardedSnapshots } from '../sharding/sharded-snapshots.js';
import { ShardedTaskOffers } from '../sharding/sharded-task-offers.js';
import { ShardedViewReader } from '../sharding/sharded-view-reader.js';
import { ShardedViewWriter } from '../sharding/sharded-view-writer.js';
import { ShardedWorkerSessions } from '../sharding/sharded-worker-sessions.js';
import { type OpenDatabase, connectDatabase, installDatabase, warnOfPartitions } from './open-database.js';
import {
  type OpenedDatabases,
  type OpenOptions,
  type OpenOrchestration,
  newLife,
  putToWork,
} from './open-orchestration.js';

export interface ShardsOptions extends OpenOptions {
  /** The databases that have the partitions between them. All of them are named, always by the same names. */
  readonly shards: readonly ShardAddress[];
}

/**
 * Opens one orchestration over several databases, each of which has some of the partitions: with a lane of its own, which
 * owns them and appends to them, and checkpoints of its own. Throws `InvalidConfiguration` where a database is not the one
 * that its name says, or was made to be one of others.
 */
export async function openShards(options: ShardsOptions): Promise<OpenOrchestration> {
  const shards = [...options.shards].sort((a, b) => (a.name < b.name ? -1 : 1));
  const installations = await installAll({ ...options, shards });
  mustAgree(installations);
  warnOfPartitions(options, [...installations.values()][0]!, 'the databases were');
  const life = newLife(options);
  const databases = new Map<string, OpenDatabase>();
  try {
    for (const { name, databaseUrl } of shards) {
      const connecting = { databaseUrl, pools: options.pools, ...life };
      databases.set(name, await connectDatabase(connecting, installations.get(name)!));
    }
    return putToWork(
      options,
      { ...(await together(databases, installations)), databases: [...databases.values()] },
      life,
    );
  } catch (error) {
    await Promise.all([...databases.values()].map((database) => database.close()));
    throw error;
  }
}

/**
 * One after the other, so that the first fault is told, and nothing is made of the databases behind it. What was broken off
 * goes on with the number of partitions that it began with.
 */
async function installAll({ shards, partitions, onWarning = () => undefined }: ShardsOptions) {
  const names = shards.map(({ name }) => name);
  const installations = new Map<string, Installation>();
  for (const { name, databaseUrl } of shards) {
    const [made] = installations.values();
    const shard = { name, names, set: made?.shard?.set, mustBeThere: made?.isUsed };
    const installing = { databaseUrl, shard, partitions: made?.partitions ?? partitions, onWarning };
    installations.set(name, await installDatabase(installing));
  }
  return installations;
}

/** What several databases are together. */
async function together(
  databases: ReadonlyMap<string, OpenDatabase>,
  installations: ReadonlyMap<string, Installation>,
): Promise<Omit<OpenedDatabases, 'databases'>> {
  const names = [...databases.keys()];
  const [{ partitions }] = [...installations.values()] as [Installation];
  const ports = portsOf(databases, shardMap(names, partitions), partitions);
  const databaseId = [...installations.values()].map((each) => each.databaseId).join('+');
  const installation = { partitions, epoch: await ports.log.epoch(), databaseId, found: 'same' as const };
  return { ports, installation };
}

function portsOf(
  databases: ReadonlyMap<string, OpenDatabase>,
  map: ShardMap,
  partitions: number,
): OpenedDatabases['ports'] {
  const shards = [...databases].map(([name, { ports }]) => ({ name, partitions: map.get(name)!, ports }));
  const each = <Name extends keyof OpenDatabase['ports']>(name: Name): ShardPort<OpenDatabase['ports'][Name]>[] =>
    shards.map((shard) => ({ partitions: shard.partitions, port: shard.ports[name] }));
  const logs = shards.map(({ ports, ...shard }) => ({ ...shard, log: ports.log }));
  return {
    log: new ShardedLog(logs, partitions),
    ownership: new ShardedOwnership(each('ownership'), partitions),
    checkpoints: new ShardedCheckpoints(each('checkpoints'), partitions),
    snapshots: new ShardedSnapshots(each('snapshots'), partitions),
    viewWriter: new ShardedViewWriter(each('viewWriter'), partitions),
    viewReader: new ShardedViewReader(each('viewReader'), partitions),
    contents: new ShardedDefinitionContents(each('contents').map(({ port }) => port)),
    sessions: new ShardedWorkerSessions(each('sessions').map(({ port }) => port)),
    offers: new ShardedTaskOffers(each('offers'), partitions),
  };
}
