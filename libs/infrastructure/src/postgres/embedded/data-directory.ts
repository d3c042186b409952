import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { access, chmod, chown, constants, lchown, lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { EmbeddedPostgresError } from './errors.js';

/** Whom the server runs as when we are root, which PostgreSQL refuses to be. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The place of everything the embedded PostgreSQL keeps: the cluster, its log, its port, the claim. */
export interface DataDirectory {
  readonly path: string;
  /** What PostgreSQL calls its data directory. */
  readonly cluster: string;
  /** The directory that was asked for, where it was out of the server's reach. */
  readonly insteadOf?: string;
  /** Only as root; an ordinary user runs the server as himself. */
  readonly user?: ServerUser;
}

/** `nobody` nearly everywhere; it needs no entry in the password file, and nothing is created for it. */
export const NOBODY: ServerUser = { uid: 65534, gid: 65534 };

/** Where root's data goes when the server's user cannot reach the place asked for. It outlives a reboot, unlike /tmp. */
const STATE_DIRECTORY = '/var/lib/orrery';

/**
 * The directory to use for the one asked for: that one, but for root whenever the server's user cannot reach it (a
 * checkout under a home of mode 0700). The other place follows from the path, so that the next start finds it again.
 */
export function findDataDirectory(asked: string, stateDirectory = STATE_DIRECTORY): DataDirectory {
  const path = canonical(resolve(asked));
  if (process.getuid?.() !== 0) return { path, cluster: join(path, 'postgres') };
  const here = asRoot(path);
  const canReach = reachable(dirname(path), here.user);
  if (existsSync(here.cluster)) return canReach ? here : refuse(here);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const elsewhere = asRoot(join(stateDirectory, `${basename(path)}-${hash}`));
  return existsSync(elsewhere.cluster) || !canReach ? { ...elsewhere, insteadOf: path } : here;
}

/** Makes the directory, and lets the server's user pass through it. Throws the file system's error if it cannot. */
export async function prepareDataDirectory({ path, user }: DataDirectory): Promise<void> {
  const first = await mkdir(path, { recursive: true }).catch(async (error) => {
    // On a read-only file system Node says that the directory is not there; the one above it says why.
    await access(nearest(path), constants.W_OK);
    throw error;
  });
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  if (!user) return;
  // Our umask may have shut the directories just made, and only those are ours to open.
  for (let made = path; first && made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
  if (!mayPass(path, user) && statSync(path).uid === 0) await chown(path, user.uid, user.gid);
}

/** Gives a file, or a directory and all below it, to the server's user; nothing to do unless we are root. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (!user) return;
  await lchown(path, user.uid, user.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(user, join(path, name));
}

/** One directory, one name: links in the part that exists are followed. */
function canonical(path: string): string {
  const there = nearest(path);
  return join(realpathSync(there), relative(there, path));
}

/** The directory itself, or the one above it that exists. */
function nearest(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearest(dirname(path));
}

function asRoot(path: string): DataDirectory & { user: ServerUser } {
  const cluster = join(path, 'postgres');
  // Data that belongs to somebody stays his, so that he can start it again without being root.
  return { path, cluster, user: ownerOf(cluster) ?? ownerOf(path) ?? NOBODY };
}

function ownerOf(path: string): ServerUser | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : undefined;
}

/** Whether this user may pass through a directory and all above it; what does not exist yet will be made passable. */
function reachable(directory: string, user: ServerUser): boolean {
  const above = dirname(directory);
  return (!existsSync(directory) || mayPass(directory, user)) && (above === directory || reachable(above, user));
}

function mayPass(directory: string, { uid, gid }: ServerUser): boolean {
  const stats = statSync(directory);
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & 1) === 1;
}

/** To start afresh elsewhere would look as if all data were lost. */
function refuse({ path, user }: DataDirectory): never {
  throw new EmbeddedPostgresError(
    'data-directory.unreachable',
    `There is data in ${path}, but user ${user?.uid}, to whom it belongs, cannot reach it: PostgreSQL refuses to run as root.`,
    `Let others pass through the directories above it (chmod o+x), or move it and say where it is now with --data.`,
  );
}
