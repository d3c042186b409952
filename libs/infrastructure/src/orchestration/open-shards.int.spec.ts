import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { backUp } from '../backup/back-up.js';
import { restore } from '../backup/restore.js';
import { ANONYMOUS, SubmitDefinition } from '@orrery/application';
import { InvalidConfiguration } from '../configuration/read-configuration.js';
import { openInstallation } from '../log/installation.js';
import {
  type TestDatabase,
  removeTemporaryDirectories,
  temporaryDirectory,
  testDatabase,
} from '../postgres/testing/index.js';
import { type OpenOrchestration, openOrchestration } from './open-orchestration.js';
import { openShards } from './open-shards.js';

let databases: TestDatabase[];
let open: OpenOrchestration[];
let warnings: string[];

beforeEach(async () => {
  databases = await Promise.all([testDatabase(), testDatabase()]);
  open = [];
  warnings = [];
});

// Dropping them fails when a connection was left open.
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()));
  await Promise.all(databases.map((database) => database.drop()));
  await removeTemporaryDirectories();
});

const given = () => ({
  version: '0.0.0-test',
  onError: (error: unknown) => void warnings.push(String(error)),
  onWarning: (words: string) => void warnings.push(words),
});
const urls = () => databases.map(({ url }) => url) as [string, string];
const named = (...names: string[]) => names.map((name, n) => ({ name, databaseUrl: urls()[n]! }));

async function opening(shards: ReturnType<typeof named>, partitions?: number): Promise<OpenOrchestration> {
  const opened = await openShards({ ...given(), shards, partitions });
  open.push(opened);
  return opened;
}

async function refusalOf(opened: Promise<unknown>): Promise<string> {
  const error: unknown = await opened.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidConfiguration);
  return (error as Error).message;
}

describe('Several databases', () => {
  it('have the partitions between them, whatever the order in which they are named', async () => {
    const first = await opening(named('east', 'west'), 6);
    expect(first.installation).toMatchObject({ partitions: 6 });
    const second = await opening([...named('east', 'west')].reverse());
    const there = ({ orchestration }: OpenOrchestration) =>
      orchestration.ports.log.shards!.map(({ name, partitions }) => ({ name, partitions: [...partitions] }));
    expect(there(second)).toEqual(there(first));
    expect(there(first).flatMap(({ partitions }) => partitions)).toHaveLength(6);
    expect(await second.orchestration.ports.log.epoch()).toEqual(first.installation.epoch);
    await second.start();
    expect(second.orchestration.ports.ownership.owned().size).toBe(6);
    expect(warnings).toEqual([]);
  });

  it('keep the number of partitions that they were made with, and say so where another is set', async () => {
    await opening(named('east', 'west'), 6);
    await opening(named('east', 'west'), 32);
    expect(warnings).toEqual(['ORRERY_PARTITIONS is 32, but the databases were made with 6, which is what counts.']);
  });

  it('are made to the end as they were begun', async () => {
    await openInstallation(urls()[0], 32, { name: 'east', names: ['east', 'west'] });
    expect((await opening(named('east', 'west'))).installation).toMatchObject({ partitions: 32 });
  });

  it('may move, by a backup too, and keep their names', async () => {
    await opening(named('east', 'west'), 6);
    const directory = join(await temporaryDirectory(), 'east');
    await backUp({ databaseUrl: urls()[0], directory });
    const moved = await testDatabase();
    databases.push(moved);
    expect((await restore({ databaseUrl: moved.url, directory })).faults).toEqual([]);
    const again = await opening([{ name: 'east', databaseUrl: moved.url }, named('east', 'west')[1]!]);
    expect(again.installation.partitions).toBe(6);
    const swapped = opening([named('east', 'west')[1]!, { name: 'other', databaseUrl: moved.url }]);
    expect(await refusalOf(swapped)).toContain('DATABASE_SHARDS names "other" the database that is "east".');
  });

  it('are refused where their names were swapped, or are others', async () => {
    await opening(named('east', 'west'));
    expect(await refusalOf(opening(named('west', 'east')))).toContain(
      'DATABASE_SHARDS names "east" the database that is "west".',
    );
    expect(await refusalOf(opening(named('east', 'north')))).toContain(
      'DATABASE_SHARDS names "east", "north", and "east" was made to be one of "east", "west": that is fixed',
    );
  });

  it('are refused where they were made by the same names, but not together', async () => {
    const names = ['east', 'west'];
    for (const [n, name] of names.entries()) await openInstallation(urls()[n]!, 16, { name, names });
    expect(await refusalOf(opening(named(...names)))).toContain(
      'DATABASE_SHARDS names "west" a database that was made together with others than these.',
    );
  });

  it('are refused where one is new and another is in use, and the new one stays as it is', async () => {
    const { orchestration } = await opening(named('east', 'west'));
    const { submitDefinition } = orchestration.commandHandlers;
    // Some of their names fall to the first of the two.
    for (let n = 0; n < 20; n += 1) {
      const text = JSON.stringify({ orrery: 'v1', name: `definition-${n}`, tasks: { a: { type: 'work' } } });
      await submitDefinition.execute(new SubmitDefinition(ANONYMOUS, { text, format: 'json' }));
    }
    const other = await testDatabase();
    databases.push(other);
    const wrong = [named('east')[0]!, { name: 'west', databaseUrl: other.url }];
    expect(await refusalOf(opening(wrong))).toContain(
      'DATABASE_SHARDS names "west" a database that is new, and others of them are in use',
    );
    expect(await openInstallation(other.url)).toMatchObject({ found: 'new' });
  });

  it('are refused where one of them was made to be alone, and alone where they were made to be several', async () => {
    open.push(await openOrchestration({ ...given(), databaseUrl: urls()[0] }));
    expect(await refusalOf(opening(named('east', 'west')))).toContain(
      'DATABASE_SHARDS names "east" a database that was made to be the only one',
    );
    await openInstallation(urls()[1], 16, { name: 'west', names: ['east', 'west'] });
    const alone = openOrchestration({ ...given(), databaseUrl: urls()[1] });
    expect(await refusalOf(alone)).toContain('DATABASE_URL names the database "west" of "east", "west": name all');
  });

  it('are refused where they cannot share the partitions out', async () => {
    const names = ['east', 'west'];
    const { shard } = await openInstallation(urls()[0], 16, { name: 'east', names });
    await openInstallation(urls()[1], 32, { ...shard!, name: 'west' });
    expect(await refusalOf(opening(named(...names)))).toContain('"east" with 16, "west" with 32');
  });

  it('are refused where they have fewer partitions than they are', async () => {
    expect(await refusalOf(opening(named('east', 'west'), 1))).toContain('2 databases, which have 1 partitions');
  });

  it('are not open where one of them cannot be reached', async () => {
    const shards = [named('east')[0]!, { name: 'west', databaseUrl: 'postgres://127.0.0.1:1/none' }];
    await expect(opening(shards)).rejects.toMatchObject({ code: 'database.unreachable' });
  });
});
