import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type DataDirectory, giveTo } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';

export const ROLE = 'orrery';

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
 * Makes a new cluster. It grows under another name and takes its place by one rename, so that a crash on the way leaves
 * rubbish, which the next attempt removes, and never half a cluster.
 */
export async function createCluster(binaries: string, directory: DataDirectory): Promise<void> {
  const { cluster, user } = directory;
  const unfinished = `${cluster}.new`;
  const passwordFile = `${unfinished}.password`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
    await giveTo(user, unfinished);
    await giveTo(user, passwordFile);
    await initdb(binaries, directory, unfinished, passwordFile);
    await rename(passwordFile, passwordFileOf(unfinished));
    await syncDirectory(unfinished);
    await rename(unfinished, cluster);
    await syncDirectory(dirname(cluster));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
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

async function initdb(
  binaries: string,
  { path, user }: DataDirectory,
  target: string,
  passwordFile: string,
): Promise<void> {
  // Text is compared by code point and folded by Unicode's rules, the same on every machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${ROLE}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // One flush for the whole file system instead of a thousand, where the system knows how.
  const flush = platform() === 'linux' ? ['--sync-method=syncfs'] : [];
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  const args = ['-D', target, '--no-instructions', ...locale, ...access, ...flush];
  await promisify(execFile)(join(binaries, 'bin/initdb'), args, { ...user, cwd: '/', env }).catch((error) => {
    const said = `${error.stderr || error.message}`.trim();
    throw new EmbeddedPostgresError(
      /No space left/.test(said) ? 'data-directory.disk-full' : 'postgres.create-failed',
      `PostgreSQL could not create its data in ${path}:\n${said}`,
      'Mend that and start again: nothing half-made was kept. Or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  });
}

/** A new name outlives a power cut only when the directory that holds it is on the disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  await directory.sync().finally(() => directory.close());
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
