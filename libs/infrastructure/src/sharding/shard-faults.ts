import { InvalidConfiguration } from '../configuration/read-configuration.js';
import type { Installation, ShardIdentity } from '../log/installation.js';

/**
 * Refuses a database that is not the one it is taken for: what it has would be looked for elsewhere, and what is elsewhere
 * here. Throws `InvalidConfiguration`.
 */
export function mustBeShard({ shard: known, found }: Installation, wanted: ShardIdentity | undefined): void {
  const fault = found === 'new' ? undefined : faultOf(known, wanted);
  if (fault !== undefined) throw new InvalidConfiguration([fault]);
}

function faultOf(known: ShardIdentity | undefined, wanted: ShardIdentity | undefined): string | undefined {
  if (!wanted) return known && `DATABASE_URL names the database "${known.name}" of ${listed(known)}: ${NAME_ALL}`;
  const { name } = wanted;
  if (!known) return `DATABASE_SHARDS names "${name}" a database that was made to be the only one: ${MADE_FOR_GOOD}`;
  if (known.name !== name) return `DATABASE_SHARDS names "${name}" the database that is "${known.name}".`;
  if (listed(known) === listed(wanted)) return isOfSet(known, wanted) ? undefined : ofOthers(known);
  return `DATABASE_SHARDS names ${listed(wanted)}, and "${name}" was made to be one of ${listed(known)}: ${MADE_FOR_GOOD}`;
}

function isOfSet(known: ShardIdentity, { set }: ShardIdentity): boolean {
  return set === undefined || set === known.set;
}

function ofOthers({ name }: ShardIdentity): string {
  return `DATABASE_SHARDS names "${name}" a database that was made together with others than these.`;
}

const NAME_ALL = 'name all of them in DATABASE_SHARDS.';
const MADE_FOR_GOOD = 'that is fixed when a database is first used.';

/** Of databases that are in use, each was made long ago: one that is new is not the one that is meant. */
export function isNew(name: string): InvalidConfiguration {
  const words = `DATABASE_SHARDS names "${name}" a database that is new, and others of them are in use`;
  return new InvalidConfiguration([`${words}: name the one that was made together with them.`]);
}

/** Refuses databases that cannot share the partitions out. Throws `InvalidConfiguration`. */
export function mustAgree(installations: ReadonlyMap<string, Pick<Installation, 'partitions'>>): void {
  const counts = new Set([...installations.values()].map(({ partitions }) => partitions));
  const told = [...installations].map(([name, { partitions }]) => `"${name}" with ${partitions}`).join(', ');
  if (counts.size > 1) {
    throw new InvalidConfiguration([
      `DATABASE_SHARDS names databases that were made with different numbers of partitions: ${told}.`,
    ]);
  }
  const [count] = [...counts] as [number];
  if (count >= installations.size) return;
  throw new InvalidConfiguration([
    `DATABASE_SHARDS names ${installations.size} databases, which have ${count} partitions: each needs one at least.`,
  ]);
}

function listed({ names }: ShardIdentity): string {
  return names.map((name) => `"${name}"`).join(', ');
}
