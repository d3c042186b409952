import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenOptions, Orrery } from '@orrery/embedded';
import {
  type TestDatabase,
  removeTemporaryDirectories,
  startTransactionPooler,
  temporaryDirectory,
  testDatabase,
} from '@orrery/infrastructure/testing';
import { Client } from 'pg';
import { listLog } from './support/list-log.js';

let said: string[];
beforeEach(() => {
  said = [];
});
afterEach(() => {
  expect(said).toEqual([]);
});

const open = (options: OpenOptions) => Orrery.open({ log: listLog(said), ...options });
const NOTHING = { orrery: 'v1', name: 'nothing', tasks: { only: { type: 'noop' } } };

describe('Opening over a PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  // Dropping it fails when a connection was left open.
  afterEach(() => database.drop());

  it('finds again what was there, and tells the end of a run that ends as it starts', async () => {
    const first = await open({ databaseUrl: database.url });
    await first.definitions.register(NOTHING);
    const id = randomUUID();
    expect(await first.run('nothing', { id })).toMatchObject({ id, status: 'completed' });
    await first.close();
    const second = await open({ databaseUrl: database.url });
    expect(await second.workflows.result(id)).toMatchObject({ status: 'completed', ended: true });
    expect(await second.run('nothing', { id })).toMatchObject({ id, status: 'completed' });
    expect((await second.workflows.list({ atLeast: second.position })).items).toHaveLength(1);
    await second.close();
  });

  it('refuses a pooler that keeps no sessions', async () => {
    const pooler = await startTransactionPooler(database.url, { size: 2, lends: 'oldest' });
    await expect(open({ databaseUrl: pooler.url })).rejects.toMatchObject({
      code: 'database.pooled',
      status: 503,
      detail: expect.stringContaining('transaction pooling'),
    });
    await pooler.close();
  });

  it('refuses a server that forgets what it acknowledged', async () => {
    const client = new Client(database.url);
    await client.connect();
    const name = new URL(database.url).pathname.slice(1);
    await client.query(`alter database ${name} set synchronous_commit = off`);
    await client.end();
    await expect(open({ databaseUrl: database.url })).rejects.toMatchObject({
      code: 'database.unfit',
      detail: expect.stringContaining('synchronous_commit is off'),
    });
  });
});

const HTTP = 'http must be false, or { allow, circuit: { failuresMax, pauseMs } }, none of which has to be there';

describe('Opening', () => {
  it('over nothing says where, and why', async () => {
    await expect(open({ databaseUrl: 'postgres://127.0.0.1:1/none' })).rejects.toMatchObject({
      name: 'OrreryProblem',
      code: 'database.unreachable',
      detail: expect.stringMatching('PostgreSQL at 127.0.0.1:1 does not let us in: .*ECONNREFUSED'),
    });
  });

  it.each<[object, string]>([
    [
      { databaseUrl: 'mysql://me:secret@here/x' },
      'databaseUrl must be a URL like postgres://user:password@host:5432/database',
    ],
    [{ concurrency: 0 }, 'concurrency must be a whole number from 1 to 100000'],
    [{ drainMs: -1 }, 'drainMs must be whole milliseconds, from 0 to a century'],
    [{ http: { alow: '10.0.0.0/8' } }, HTTP],
    [{ http: { circuit: { failuresMax: -1 } } }, HTTP],
    [{ databaseurl: 'postgres://x/y' }, 'databaseurl is not an option (did you mean "databaseUrl"?)'],
  ])('with %j is refused in words', async (options, words) => {
    const error = await open(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'InvalidConfiguration', faults: [words] });
    expect((error as Error).message).not.toContain('secret');
  });
});

describe('Opening over a PostgreSQL of our own', () => {
  afterEach(removeTemporaryDirectories);

  it('makes it, keeps it, and is alone on it', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const first = await open({ data });
    const run = await first.run(NOTHING);
    await expect(open({ data })).rejects.toMatchObject({
      code: 'data-directory.in-use',
      detail: expect.stringContaining(`in use by process ${process.pid}`),
    });
    await first.close();
    const second = await open({ data });
    expect(second.dataDirectory).toContain('data');
    expect(await second.waitForEnd(run.id)).toEqual(run);
    await second.close();
  }, 60_000);
});
