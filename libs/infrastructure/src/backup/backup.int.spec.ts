import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ResumeWorkflow } from '@orrery/domain';
import { type TestDatabase, testDatabase } from '../postgres/testing/index.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../postgres/testing/temporary-directory.js';
import { ENDS, Engine, type EveryKind, WAITS, ask, populate } from './backup.harness.js';
import { backUp } from './back-up.js';
import { checkIntegrity } from './check-integrity.js';
import { openDataToBackUp, openDataToRestore } from './open-data.js';
import { restore } from './restore.js';
import type { Progress } from './tables.js';

let scratch: string;
let source: TestDatabase;
let opened: { close(): Promise<unknown> }[];
beforeEach(async () => {
  scratch = await temporaryDirectory();
  source = await testDatabase();
  opened = [];
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
  await source.drop();
});

afterAll(removeTemporaryDirectories);

const engineOver = async (url: string) => {
  const engine = await Engine.over(url);
  opened.push(engine);
  return engine;
};

/** What must be true of the restored runs, and what becomes of them. */
async function expectAlive(url: string, ids: EveryKind): Promise<void> {
  const engine = await engineOver(url);
  expect(Object.fromEntries(await engine.listed())).toMatchObject({
    [ids.waiting]: 'running',
    [ids.paused]: 'paused',
    [ids.ended]: 'completed',
    [ids.undone]: 'compensated',
  });
  for (const id of [ids.deleted, ids.forgotten]) {
    await expect(engine.result(id)).rejects.toMatchObject({ code: 'workflow.deleted' });
  }
  expect(await engine.result(ids.ended)).toMatchObject({ status: 'completed' });
  // The same message again is the dead letter that there was.
  expect(await engine.setAside()).toBe(ids.letter);
  await engine.send(ids.paused, new ResumeWorkflow({}));
  engine.work(['held']);
  for (const id of [ids.waiting, ids.paused]) {
    expect(await engine.result(id)).toMatchObject({ status: 'completed', output: ['done', 'worked'] });
  }
  await engine.untilListed(ids.waiting, 'completed');
  const fresh = await engine.start(WAITS);
  expect(await engine.result(fresh)).toMatchObject({ status: 'completed' });
  expect(engine.errors).toEqual([]);
}

describe('A backup', () => {
  it('is taken while runs are under way, goes to another cluster and back, and its runs go on', async () => {
    const engine = await engineOver(source.url);
    const ids = await populate(engine);
    const [first, second] = [join(scratch, 'first'), join(scratch, 'second')];
    // Somebody goes on starting runs as long as it takes.
    let isTaken = false;
    const busy = (async () => {
      while (!isTaken) await engine.start(ENDS);
    })();
    const told: Progress[] = [];
    const manifest = await backUp({ databaseUrl: source.url, directory: first, onProgress: (each) => told.push(each) });
    isTaken = true;
    await busy;
    expect(manifest).toMatchObject({ format: 1, partitions: 16, migrations: expect.any(Array) });
    expect(told.map(({ step, of }) => `${step} ${of}`)).toContain('backing up commits');

    const data = join(scratch, 'data');
    const there = await openDataToRestore(data);
    const report = await restore({ directory: first, databaseUrl: there.url, onProgress: (each) => told.push(each) });
    expect(report).toMatchObject({ ...manifest.log, faults: [] });
    expect(new Set(told.map(({ step }) => step))).toEqual(
      new Set(['backing up', 'verifying', 'restoring', 'checking']),
    );
    // Another cluster: the log was renumbered, and every follower stands where it stood.
    const epochs = await ask(there.url, 'select system_identifier::text as id from installation');
    expect(epochs).not.toEqual([{ id: manifest.epoch.systemIdentifier }]);
    expect(await ask(there.url, 'select distinct transaction_id from commits')).toHaveLength(1);
    await there.close();

    // It is stopped, and is started to be backed up; what goes on in it does so in a third place.
    const stopped = await openDataToBackUp(data);
    const again = await backUp({ databaseUrl: stopped.url, directory: second });
    await stopped.close();
    expect(again.log).toEqual(manifest.log);
    const third = await testDatabase();
    opened.unshift({ close: () => third.drop() });
    expect(await restore({ directory: second, databaseUrl: third.url })).toMatchObject({ faults: [] });
    await expectAlive(third.url, ids);
    expect((await checkIntegrity({ databaseUrl: third.url })).faults).toEqual([]);
    expect((await checkIntegrity({ databaseUrl: source.url })).faults).toEqual([]);
  }, 120_000);

  it('of a data directory is taken beside the server that works on it', async () => {
    const data = join(scratch, 'data');
    const first = await openDataToRestore(data);
    opened.push(first);
    const engine = await engineOver(first.url);
    const id = await engine.start(ENDS);
    await engine.untilListed(id, 'completed');
    const beside = await openDataToBackUp(data);
    expect((await backUp({ databaseUrl: beside.url, directory: join(scratch, 'backup') })).log.streams).toBe(1);
    await beside.close();
    expect(await engine.result(id)).toMatchObject({ status: 'completed' });
    await expect(openDataToRestore(data)).rejects.toMatchObject({ name: 'DataDirectoryInUse' });
  }, 60_000);
});

describe('A backup that cannot be', () => {
  const backup = () => join(scratch, 'backup');
  const take = () => backUp({ databaseUrl: source.url, directory: backup() });

  it('is refused where something is there, or another is being written', async () => {
    const engine = await engineOver(source.url);
    await engine.start(ENDS);
    await mkdir(`${backup()}.partial`);
    await expect(take()).rejects.toMatchObject({ code: 'backup.under-way' });
    await rm(`${backup()}.partial`, { recursive: true });
    await mkdir(backup());
    await take();
    await expect(take()).rejects.toMatchObject({ code: 'backup.exists' });
    expect(await readdir(scratch)).toEqual(['backup']);
  });

  it('is refused of a database, or a directory, in which nothing is', async () => {
    await expect(take()).rejects.toMatchObject({ code: 'backup.nothing' });
    await expect(openDataToBackUp(join(scratch, 'nowhere'))).rejects.toMatchObject({ code: 'backup.nothing' });
    expect(await readdir(scratch)).toEqual([]);
  });

  it('leaves nothing behind when it is broken off', async () => {
    await engineOver(source.url);
    const end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orrery backup'";
    let isEnded = false;
    const onProgress = () => {
      if (!isEnded) void ask(source.url, end);
      isEnded = true;
    };
    await ask(
      source.url,
      `insert into definition_contents select 'x', n::text, 'json', '{}', repeat(md5(n::text), 500) from generate_series(1, 5000) n`,
    );
    await expect(backUp({ databaseUrl: source.url, directory: backup(), onProgress })).rejects.toThrow();
    expect(await readdir(scratch)).toEqual([]);
  });
});
