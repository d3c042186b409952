import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { endChildren, kill, startChild } from '../testing/child.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../testing/temporary-directory.js';
import { claimDataDirectory, type DataDirectoryClaim } from './claim.js';
import { withLock } from './lock-file.js';
import { processStart } from './processes.js';

jest.setTimeout(60_000);

let dataDirectory: string;
let claims: DataDirectoryClaim[];

const lockFile = () => join(dataDirectory, 'orrery.lock');

beforeEach(async () => {
  dataDirectory = join(await temporaryDirectory(), 'data');
  claims = [];
});

afterEach(async () => {
  for (const held of claims) await held.release();
  await removeTemporaryDirectories();
});

afterAll(endChildren);

async function claim(url?: string): Promise<DataDirectoryClaim> {
  const held = await claimDataDirectory(dataDirectory, { url });
  claims.push(held);
  return held;
}

async function leave(holder: object | string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(lockFile(), typeof holder === 'string' ? holder : JSON.stringify(holder));
}

it('names the process and the URL of who is already there', async () => {
  const other = await startChild({ claim: true, dataDirectory, url: 'http://127.0.0.1:7700' });
  const error = await claim().catch((each: unknown) => each);
  expect(error).toMatchObject({
    code: 'data-directory.in-use',
    holder: { pid: other.process.pid, url: 'http://127.0.0.1:7700' },
  });
  expect(String(error)).toContain(
    `in use by process ${other.process.pid} on ${hostname()}. It answers at http://127.0.0.1:7700.`,
  );
});

it('is free after kill -9 of its holder', async () => {
  const other = await startChild({ claim: true, dataDirectory });
  await kill(other.process, 'SIGKILL');
  expect(await claim()).toMatchObject({ dataDirectory });
});

it('is given to one of many who want it at once', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => startChild({ claim: true, dataDirectory })));
  expect(all.map(({ said }) => said.code).filter((code) => code !== 'data-directory.in-use')).toHaveLength(1);
});

it('writes the URL once it is known', async () => {
  const held = await claim();
  await held.announce('http://127.0.0.1:7701');
  await expect(claim()).rejects.toThrow('http://127.0.0.1:7701');
  await held.release();
  await expect(readFile(lockFile())).rejects.toMatchObject({ code: 'ENOENT' });
});

it('does not take a later process with the same number for its holder', async () => {
  await leave({ pid: process.ppid, host: hostname(), processStart: 'another life' });
  expect(await claim()).toMatchObject({ dataDirectory });
});

it('takes rubbish for no claim', async () => {
  await leave('{"pid": 1');
  expect(await claim()).toMatchObject({ dataDirectory });
});

it('believes a holder on another host as long as it shows signs of life', async () => {
  await leave({ pid: 7, host: 'elsewhere', processStart: 'x' });
  await expect(claim()).rejects.toThrow('process 7 on elsewhere');
  const before = new Date(Date.now() - 60_000);
  await utimes(lockFile(), before, before);
  expect(await claim()).toMatchObject({ dataDirectory });
});

it('notices when it was taken away', async () => {
  const held = await claim();
  await leave({ pid: process.ppid, host: hostname(), processStart: processStart(process.ppid) });
  await expect(held.announce('http://127.0.0.1:7702')).rejects.toMatchObject({ code: 'data-directory.in-use' });
  await held.release();
  expect(await readFile(lockFile(), 'utf8')).toContain(`${process.ppid}`);
});

it('lets those who wait have their turn', async () => {
  await mkdir(dataDirectory);
  const file = join(dataDirectory, 'a.lock');
  let inside = 0;
  const visits = Array.from({ length: 4 }, () =>
    withLock(file, async () => {
      inside += 1;
      await new Promise((done) => setTimeout(done, 5));
      expect(inside--).toBe(1);
    }),
  );
  await Promise.all(visits);
});
