import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { testDatabase } from '@orrery/infrastructure/testing';
import { NAP, servedLine } from './support/served-line.js';

// A backup waits for disks, and a database for others.
jest.setTimeout(60_000);

const line = servedLine();
const { said, started } = line;

/** A database of the environment. */
const within = (databaseUrl: string) => ({ env: { DATABASE_URL: databaseUrl } });

describe('A database', () => {
  it('is backed up while it is worked on, restored, and checked', async () => {
    const directory = join(line.folder, 'backup');
    await said(['result', await started(NAP), '--wait']);
    const backup = await said(['backup', directory], within(line.served.databaseUrl));
    expect(backup).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+ events of \d+ streams? are in .*\/backup \(.*\d (bytes|kB)\)\n$/),
    });
    expect(backup.err).toContain('backing up commits\n');
    const another = await said(['backup', directory], within(line.served.databaseUrl));
    expect(another).toMatchObject({ code: 5, err: expect.stringContaining('is not empty\n  Say another directory') });

    const target = await testDatabase();
    const restored = await said(['restore', directory, '-o', 'json'], within(target.url));
    expect({ code: restored.code, report: JSON.parse(restored.out) }).toMatchObject({
      code: 0,
      report: { faults: [] },
    });
    expect(await said(['restore', directory], within(target.url))).toMatchObject({ code: 5 });
    await target.drop();
  });

  it('that is not whole any more is told', async () => {
    const [directory, target] = [join(line.folder, 'damaged'), await testDatabase()];
    await said(['backup', directory, '--quiet'], within(line.served.databaseUrl));
    await rm(join(directory, 'commits.copy.gz'));
    const { code, err } = await said(['restore', directory], within(target.url));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('error: ') });
    await target.drop();
  });

  it('is drawn on a terminal as it is copied', async () => {
    const terminal = { columns: 60, rows: 10 };
    const around = { ...within(line.served.databaseUrl), terminal };
    const { err } = await said(['backup', join(line.folder, 'drawn')], around);
    expect(err).toMatch(/^\u001b\[\?25l\rbacking up .*\u001b\[\?25h$/s);
  });

  it('is looked at by the doctor', async () => {
    const { code, out } = await said(['doctor'], within(line.served.databaseUrl));
    expect(code).toBe(0);
    for (const name of ['database', 'sessions', 'db clock'])
      expect(out).toMatch(new RegExp(`^(ok|warn) +${name} `, 'm'));
    const unreachable = await said(['doctor'], within('postgres://127.0.0.1:9/none'));
    expect(unreachable).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^fail {2}database {2}it does not let us in/m),
    });
  });
});

describe('A data directory', () => {
  it('without data is nothing to back up', async () => {
    const words = ['backup', join(line.folder, 'none'), '--data', join(line.folder, 'nothing')];
    expect(await said(words)).toMatchObject({ code: 5, err: expect.stringContaining('there is no data in') });
  });

  it('with no backup is nothing to restore from', async () => {
    const words = ['restore', line.folder];
    const { code, err } = await said(words, within(line.served.databaseUrl));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('there is no backup in') });
  });
});

describe('The schema of definitions', () => {
  it('is printed as it is published', async () => {
    const published = JSON.parse(await readFile('schemas/definition.schema.json', 'utf8')) as object;
    expect(JSON.parse((await said(['schema'])).out)).toEqual(published);
  });
});
