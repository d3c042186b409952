import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type DataDirectory, giveTo, NOBODY, type ServerUser } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';

export const ROLE = 'orrery';

const WORKSHOP = 'postgres.new-';

const passwordFileOf = (cluster: string) => join(cluster, 'orrery.password');

/** Whether there is a cluster to start; refuses what looks like one and is none, is another's, or of another major. */
export async function hasCluster({ path, cluster, user }: DataDirectory, major: number): Promise<boolean> {
  const stats = statSync(cluster, { throwIfNoEntry: false });
  if (!stats) return false;
  const me = process.getuid?.();
  if (!user && me !== undefined && stats.uid !== me) throw otherOwner(path, stats.uid, me);
  const files = await readdir(cluster);
  if (files.length === 0) return rmdir(cluster).then(() => false);
  if (!files.includes('PG_VERSION')) throw notACluster(cluster);
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version !== String(major)) throw otherMajor(cluster, version, major);
  return true;
}

/** A cluster must belong to the server's user, and to nobody else's eyes, or PostgreSQL does not start. */
export async function ownCluster({ cluster, user }: DataDirectory): Promise<void> {
  const { uid, mode } = statSync(cluster);
  if (user && uid !== user.uid) await giveTo(user, cluster);
  if (mode & 0o027) await chmod(cluster, 0o700);
}

/**
 * Makes a new cluster. It grows in a workshop and takes its place by one rename, so that a crash on the way leaves
 * rubbish, which the next attempt removes, and never half a cluster.
 */
export async function createCluster(binaries: string, directory: DataDirectory): Promise<void> {
  await removeWorkshops(directory);
  // A new name each time: initdb outlives a kill -9 of its parent, and goes on in the old one.
  const workshop = await mkdtemp(join(directory.path, WORKSHOP));
  const [made, passwordFile] = [join(workshop, 'cluster'), join(workshop, 'password')];
  try {
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
    await giveTo(directory.user, workshop);
    await initdb(binaries, directory, made, passwordFile);
    await rename(passwordFile, passwordFileOf(made));
    await syncDirectory(made);
    await rename(made, directory.cluster);
    await syncDirectory(directory.path);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The password of our role: the server listens where every user of this machine can knock. */
export async function readPassword({ cluster }: DataDirectory): Promise<string> {
  const file = passwordFileOf(cluster);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'data-directory.no-password',
      `The password file ${file} is missing or cannot be read.`,
      `Put it back; or do without one: write any word into it, and "trust" for "scram-sha-256" into ${join(cluster, 'pg_hba.conf')}.`,
      { cause },
    );
  }
}

/** Runs initdb as the server's user; or as nobody, where root makes data for a user that this machine has no name for. */
async function initdb(binaries: string, directory: DataDirectory, made: string, passwordFile: string): Promise<void> {
  const { path, user } = directory;
  const said = await tryInitdb(binaries, made, passwordFile, user);
  if (!said) return;
  if (!NAMELESS.test(said)) throw createFailed(path, said);
  if (!user || user.uid === NOBODY.uid) throw nameless(user?.uid ?? process.getuid?.());
  await giveTo(NOBODY, dirname(made));
  const saidAgain = await tryInitdb(binaries, made, passwordFile, NOBODY);
  if (saidAgain) throw createFailed(path, saidAgain);
  await giveTo(user, made);
  await giveTo(user, passwordFile);
}

const NAMELESS = /could not look up effective user ID/;

/** What initdb had to say when it failed; nothing when it did not. */
async function tryInitdb(
  binaries: string,
  made: string,
  passwordFile: string,
  user: ServerUser | undefined,
): Promise<string | undefined> {
  // Text is compared by code point and folded by Unicode's rules, the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${ROLE}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // One flush for the whole file system instead of a thousand, where the system knows how.
  const flush = platform() === 'linux' ? ['--sync-method=syncfs'] : [];
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const args = ['-D', made, '--no-instructions', ...locale, ...access, ...flush];
  try {
    await promisify(execFile)(join(binaries, 'bin/initdb'), args, { ...user, cwd: '/', env });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr || message).trim();
  }
}

/** Each is left by a process that was killed. Where its initdb is still at work, the next start will have better luck. */
async function removeWorkshops({ path }: DataDirectory): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(WORKSHOP)) await rm(join(path, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A new name outlives a power cut only when the directory that holds it is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function createFailed(path: string, said: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    /No space left/.test(said) ? 'data-directory.disk-full' : 'postgres.create-failed',
    `PostgreSQL could not create its data in ${path}:\n${said}`,
    'Mend that and start again: nothing half-made was kept. Or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function nameless(uid: number | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres.nameless-user',
    `User ${uid} has no name on this machine, and PostgreSQL creates no data for one without.`,
    `Give it one (a line "orrery:x:${uid}:${uid}::/:/bin/false" in /etc/passwd), start as another user, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

function otherOwner(path: string, owner: number, me: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data-directory.other-owner',
    `The data in ${path} belongs to user ${owner}, and this process runs as user ${me}.`,
    `Start as that user, take it over (chown -R ${me} ${path}), or choose another directory with --data.`,
  );
}

function notACluster(cluster: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data-directory.not-a-cluster',
    `${cluster} is not empty, and is no PostgreSQL data either (it has no PG_VERSION).`,
    'Move it away, or choose another directory with --data.',
  );
}

function otherMajor(cluster: string, version: string, major: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data-directory.other-major',
    `The data in ${cluster} was made by PostgreSQL ${version}; this release of Orrery brings PostgreSQL ${major}, which cannot open it. Nothing was changed.`,
    `Run "orrery backup" with the release that made it and "orrery restore" with this one; or choose another directory with --data.`,
  );
}
