import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { removeTemporaryDirectories, temporaryDirectory } from '../testing/temporary-directory.js';
import { findDataDirectory } from './data-directory.js';
import { boundServerLog, openServerLog, readServerLog } from './server-log.js';

afterEach(removeTemporaryDirectories);

it('keeps the log bounded under a server that writes it', async () => {
  const directory = findDataDirectory(await temporaryDirectory());
  const log = await openServerLog(directory);
  await log.write('x'.repeat(5 * 1024 * 1024));
  await log.write('\nthe last line\n');
  await boundServerLog(directory);
  await log.write('a new line\n');
  await log.close();
  expect(await readFile(join(directory.path, 'postgres.log'), 'utf8')).toBe('a new line\n');
  expect(await readFile(join(directory.path, 'postgres.log.1'), 'utf8')).toMatch(/\nthe last line\n$/);
});

it('keeps it to its owner, and reads only what is new', async () => {
  const directory = findDataDirectory(await temporaryDirectory());
  await openServerLog(directory).then((log) => log.close());
  const file = join(directory.path, 'postgres.log');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await appendFile(file, 'old\none\ntwo\nthree\n');
  expect(await readServerLog(directory, 4, 2)).toBe('two\nthree');
});
