import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import getPort from 'get-port';
import { Standalone, build, dataDirectory, endPrograms } from '../e2e/support/standalone.js';
import { faultsOf } from '../engine/support/engine-on-postgres.js';
import { type TwoDatabases, shardOf, twoDatabases } from './support/two-databases.js';

jest.setTimeout(120_000);

const NAPS = Object.fromEntries(
  Array.from({ length: 5 }, (_, n) => [
    `nap${n}`,
    { type: 'sleep', input: { duration: '300ms' }, ...(n > 0 ? { dependsOn: [`nap${n - 1}`] } : {}) },
  ]),
);
const DEFINITION = { orrery: 'v1', name: 'naps', tasks: NAPS };

let databases: TwoDatabases;
beforeAll(() => build('standalone'), 120_000);
beforeEach(async () => {
  databases = await twoDatabases();
});
afterEach(async () => {
  await endPrograms();
  await databases.drop();
});
afterAll(endPrograms);

async function started(env: Readonly<Record<string, string>> = {}): Promise<Standalone> {
  const DATABASE_SHARDS = databases.shards.map(({ name, databaseUrl }) => `${name}=${databaseUrl}`).join();
  const options = { args: ['--no-examples'], env: { DATABASE_SHARDS, ...env } };
  return new Standalone(await dataDirectory(), await getPort(), options);
}

describe('The standalone server over two databases', () => {
  it('says where its data is, and its runs go on with another when it is killed', async () => {
    const first = await started();
    await first.greeted();
    expect(first.stdout).toContain('2 databases: east, west (DATABASE_SHARDS)');
    const second = await started();
    await second.ready();
    const items = Array.from({ length: 40 }, () => ({ definition: DEFINITION }));
    const batch = await first.post<{ items: { id: string }[] }>('/workflows/batch', { items });
    const ids = batch.items.map(({ id }) => id);
    expect(new Set(ids.map(shardOf)).size).toBe(2);
    await first.end('SIGKILL');
    for (const id of ids) expect(await second.result(id)).toMatchObject({ status: 'completed' });
    for (const { databaseUrl } of databases.shards) expect(await faultsOf(databaseUrl)).toEqual([]);
    expect(await second.end()).toBe(0);
  });

  it('has as many partitions as it is told to', async () => {
    const server = await started({ ORRERY_PARTITIONS: '48' });
    await server.ready();
    for (const name of ['east', 'west']) {
      expect(await databases.ask(name, 'select partitions, shard, shards from installation')).toEqual([
        { partitions: 48, shard: name, shards: ['east', 'west'] },
      ]);
    }
    expect(await server.end()).toBe(0);
  });

  it('does not start on databases that are not those, and says so in words', async () => {
    const server = await started();
    await server.ready();
    await server.end();
    const [east, west] = databases.shards.map(({ databaseUrl }) => databaseUrl) as [string, string];
    for (const [env, words] of [
      [{ DATABASE_SHARDS: `west=${east},east=${west}` }, 'the database that is "west"'],
      [{ DATABASE_URL: east }, 'DATABASE_SHARDS and DATABASE_URL are both set'],
      [{ DATABASE_SHARDS: '', DATABASE_URL: east }, 'DATABASE_URL names the database "east" of "east", "west"'],
    ] as const) {
      const wrong = await started(env);
      expect(await wrong.exit()).toBe(2);
      expect(wrong.stderr).toContain(words);
      expect(wrong.stderr).not.toMatch(/^ {4}at /m);
    }
  });
});
