import { Unavailable } from '@orrery/domain';
import type { ClientBase } from 'pg';

export const VERSION_MIN = 15;
export const VERSION_MAX = 18;

const readSettings = `
  select current_setting('server_version_num')::int as version,
         current_setting('fsync') as fsync,
         current_setting('full_page_writes') as full_page_writes,
         current_setting('synchronous_commit') as synchronous_commit,
         current_setting('server_encoding') as encoding,
         pg_is_in_recovery() as is_replica
`;

interface Settings {
  readonly version: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly encoding: string;
  readonly is_replica: boolean;
}

/** A rule about the server: broken, it says so. */
type Rule = readonly [broken: (settings: Settings) => boolean, word: (settings: Settings) => string];

const major = ({ version }: Settings) => Math.floor(version / 10_000);

const mustHold: readonly Rule[] = [
  [(s) => major(s) < VERSION_MIN, (s) => `it is PostgreSQL ${major(s)}, and ${VERSION_MIN} is the oldest that works`],
  [(s) => s.is_replica, () => 'it is a replica, which cannot be written to: give the URL of the primary'],
  [(s) => s.encoding !== 'UTF8', (s) => `the database is encoded in ${s.encoding}: create one with encoding UTF8`],
  [(s) => s.fsync !== 'on', () => 'fsync is off: a power cut would destroy what was acknowledged; set fsync = on'],
  [
    (s) => s.full_page_writes !== 'on',
    () => 'full_page_writes is off: a power cut may tear pages; set full_page_writes = on',
  ],
  [
    (s) => s.synchronous_commit === 'off',
    () => 'synchronous_commit is off: a crash would lose what was acknowledged; set synchronous_commit = on',
  ],
];

const shouldHold: readonly Rule[] = [
  [
    (s) => major(s) > VERSION_MAX,
    (s) => `PostgreSQL ${major(s)} is newer than any this release was tested with (${VERSION_MIN} to ${VERSION_MAX}).`,
  ],
];

/**
 * Checks that the server keeps what it acknowledges and is one we know. Throws `database.unfit` with every fault at
 * once; returns warnings.
 */
export async function assertDurableSettings(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<Settings>(readSettings);
  const settings = rows[0] as Settings;
  const words = (rules: readonly Rule[]) =>
    rules.filter(([broken]) => broken(settings)).map(([, word]) => word(settings));
  const faults = words(mustHold);
  if (faults.length)
    throw new Unavailable('database.unfit', `This PostgreSQL cannot hold the log: ${faults.join('; ')}.`);
  return words(shouldHold);
}
