import type { Databases } from '../sharding/shard-settings.js';
import { type OpenOptions, type OpenOrchestration, openOrchestration } from './open-orchestration.js';
import { openShards } from './open-shards.js';

/** Opens the orchestration where its data is: in one database, or in several. */
export function openDatabases(options: OpenOptions & Databases): Promise<OpenOrchestration> {
  const { shards, databaseUrl, replicaUrls, ...rest } = options;
  if (shards) return openShards({ ...rest, shards });
  if (databaseUrl === undefined) throw new Error('neither a database nor several are named');
  return openOrchestration({ ...rest, databaseUrl, replicaUrls });
}
