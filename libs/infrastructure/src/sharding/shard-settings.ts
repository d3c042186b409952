import { PARTITIONS_DEFAULT, PARTITIONS_MAX } from '@orrery/application';
import { z } from 'zod';
import { type Environment, InvalidConfiguration } from '../configuration/read-configuration.js';
import { databaseUrl, optionalWholeNumber } from '../configuration/settings.js';

/** One of several databases: the name that it has for good, and where it is just now. */
export interface ShardAddress {
  readonly name: string;
  readonly databaseUrl: string;
}

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
const LIKE = 'must be databases by name, like east=postgres://user:password@host:5432/database, with commas between';

const shardAddresses = z
  .string()
  .transform((text) => text.split(',').map(addressOf))
  .refine((shards) => shards.every(isAddress), LIKE)
  .refine((shards) => shards.length > 1, 'must be two databases at least: name the only one in DATABASE_URL')
  .refine((shards) => areDifferent(shards.map(({ name }) => name)), 'must have a name of its own for each database')
  .refine((shards) => areDifferent(shards.map(({ databaseUrl: url }) => url)), 'must name each database once');

/** The settings of every process that says how data is shared out: to partitions, and these to databases. */
export const shardSettings = {
  DATABASE_SHARDS: shardAddresses
    .optional()
    .describe('Several databases that have the partitions between them, each by its name.'),
  ORRERY_PARTITIONS: optionalWholeNumber(1, PARTITIONS_MAX).describe(
    `How many partitions a new installation is made with; ${PARTITIONS_DEFAULT} if it is not said.`,
  ),
};

/** The settings of a process that is told where the data is. Where several databases have it, the one is not named. */
export function databaseSettings({ DATABASE_SHARDS }: Environment): {
  readonly DATABASE_URL: z.ZodType<string | undefined>;
} {
  const url = DATABASE_SHARDS ? databaseUrl.optional() : databaseUrl;
  return { DATABASE_URL: url.describe('The PostgreSQL that holds the log.') };
}

interface DatabaseConfig {
  readonly DATABASE_URL?: string;
  readonly DATABASE_REPLICA_URLS?: readonly string[];
  readonly DATABASE_SHARDS?: readonly ShardAddress[];
  readonly ORRERY_PARTITIONS?: number;
}

/** Where the data is, and how it is shared out. */
export interface Databases {
  readonly databaseUrl?: string;
  readonly replicaUrls?: readonly string[];
  readonly shards?: readonly ShardAddress[];
  readonly partitions?: number;
}

/** What these settings say of the databases. Throws `InvalidConfiguration` where they do not go together. */
export function databasesOf(config: DatabaseConfig): Databases {
  const {
    DATABASE_URL,
    DATABASE_REPLICA_URLS: replicaUrls = [],
    DATABASE_SHARDS: shards,
    ORRERY_PARTITIONS: partitions,
  } = config;
  if (!shards) return { databaseUrl: DATABASE_URL, replicaUrls, partitions };
  const faults = [
    DATABASE_URL === undefined ? [] : ['DATABASE_SHARDS and DATABASE_URL are both set: either says where the data is.'],
    replicaUrls.length === 0
      ? []
      : ['DATABASE_REPLICA_URLS cannot be set with DATABASE_SHARDS: replicas are of one database.'],
    partitions === undefined || partitions >= shards.length
      ? []
      : [`ORRERY_PARTITIONS is ${partitions}, and DATABASE_SHARDS names ${shards.length}: each needs one at least.`],
  ].flat();
  if (faults.length > 0) throw new InvalidConfiguration(faults);
  return { shards, partitions };
}

function addressOf(text: string): ShardAddress {
  const at = text.indexOf('=');
  return { name: text.slice(0, Math.max(0, at)).trim(), databaseUrl: text.slice(at + 1).trim() };
}

function isAddress({ name, databaseUrl: url }: ShardAddress): boolean {
  return NAME.test(name) && databaseUrl.safeParse(url).success;
}

function areDifferent(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
