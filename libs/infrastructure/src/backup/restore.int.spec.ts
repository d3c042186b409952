import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../postgres/testing/temporary-directory.js';
import { ENDS, Engine, ask } from './backup.harness.js';
import { backUp } from './back-up.js';
import type { Manifest } from './manifest.js';
import { restore } from './restore.js';

let whole: string;
let backup: string;
let target: TestDatabase;
beforeAll(async () => {
  const source = await testDatabase();
  const engine = await Engine.over(source.url);
  await engine.untilListed(await engine.start(ENDS), 'completed');
  whole = join(await temporaryDirectory(), 'whole');
  await backUp({ databaseUrl: source.url, directory: whole });
  await engine.close();
  await source.drop();
}, 60_000);
afterAll(removeTemporaryDirectories);
beforeEach(async () => {
  backup = join(await temporaryDirectory(), 'backup');
  await cp(whole, backup, { recursive: true });
  target = await testDatabase();
});
afterEach(() => target.drop());

describe('A backup is not restored', () => {
  const put = () => restore({ directory: backup, databaseUrl: target.url });
  const isEmpty = async () => (await ask(target.url, 'select from commits union all select from runs')).length === 0;
  const rewrite = async (change: (manifest: Manifest) => object) => {
    const path = join(backup, 'manifest.json');
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
  };

  it('when there is none', async () => {
    await rm(join(backup, 'manifest.json'));
    await expect(put()).rejects.toMatchObject({ code: 'backup.not-found' });
  });

  it.each([
    ['a file is longer', () => appendFile(join(backup, 'commits.copy.gz'), 'x')],
    ['a file is missing', () => rm(join(backup, 'runs.copy.gz'))],
    [
      'a byte is another',
      async () => {
        const path = join(backup, 'commits.copy.gz');
        const bytes = await readFile(path);
        bytes[20]! ^= 1;
        await writeFile(path, bytes);
      },
    ],
    ['its manifest is no JSON', () => writeFile(join(backup, 'manifest.json'), '{"format":1,')],
    ['its manifest leads elsewhere', () => rewrite((manifest) => elsewhere(manifest))],
  ])('when %s', async (_, damage) => {
    await damage();
    await expect(put()).rejects.toMatchObject({ code: 'backup.damaged' });
    expect(await isEmpty()).toBe(true);
  });

  it('when another release wrote it, whose words are not known here', async () => {
    await rewrite((manifest) => ({ ...manifest, migrations: [...manifest.migrations, 'Later0005'] }));
    await expect(put()).rejects.toMatchObject({ code: 'backup.newer' });
    await rewrite((manifest) => ({ ...manifest, format: 2 }));
    await expect(put()).rejects.toMatchObject({ code: 'backup.unknown-format' });
  });

  it('by halves: what fails on the way leaves the database empty, and it may be tried again', async () => {
    const miscount = (by: number) => (manifest: Manifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) => (table.name === 'runs' ? { ...table, rows: table.rows + by } : table)),
    });
    await rewrite(miscount(1));
    await expect(put()).rejects.toMatchObject({ code: 'backup.damaged' });
    expect(await isEmpty()).toBe(true);
    await rewrite(miscount(-1));
    expect((await put()).faults).toEqual([]);
  });

  it('into a database that is not empty', async () => {
    await ask(target.url, 'create table guests (name text)');
    await expect(put()).rejects.toMatchObject({
      code: 'restore.not-empty',
      message: expect.stringContaining('guests'),
    });
    await ask(target.url, 'drop table guests');
    await put();
    await expect(put()).rejects.toMatchObject({ code: 'restore.not-empty' });
  });
});

function elsewhere(manifest: Manifest): object {
  const [first, ...rest] = manifest.tables;
  return { ...manifest, tables: [{ ...first, file: '../installation.copy.gz' }, ...rest] };
}
