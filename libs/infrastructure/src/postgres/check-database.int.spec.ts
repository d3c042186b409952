import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { checkDatabase } from './check-database.js';
import { assertDurableSettings } from './durable-settings.js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.js';
import { removeTemporaryDirectories, temporaryDirectory } from './testing/temporary-directory.js';
import { type TestDatabase, testDatabase } from './testing/test-database.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let careless: EmbeddedPostgres;

beforeAll(async () => {
  database = await testDatabase([]);
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  careless = await openEmbeddedPostgres({ dataDirectory: await temporaryDirectory(), settings });
});

afterAll(async () => {
  await database.drop();
  await careless.stop();
  await removeTemporaryDirectories();
});

it('is content with a server that keeps what it acknowledges', async () => {
  expect(await checkDatabase(database.url)).toEqual([]);
});

it('names every setting by which something acknowledged could be lost', async () => {
  const error = await checkDatabase(careless.url).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'database.unfit' });
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    expect(String(error)).toContain(`set ${setting} = on`);
  }
});

it('refuses a database that is not encoded in UTF-8', async () => {
  const client = new Client(careless.url);
  await client.connect();
  await client.query(`create database latin template template0 encoding 'LATIN1' locale_provider libc locale 'C'`);
  await client.end();
  await expect(checkDatabase(careless.url.replace(/orrery$/, 'latin'))).rejects.toThrow('encoded in LATIN1');
});

it.each([
  [140_000, false, 'it is PostgreSQL 14'],
  [180_000, true, 'it is a replica'],
])('refuses version %i, replica %s', async (version, isReplica, word) => {
  await expect(assertDurableSettings(answering({ version, is_replica: isReplica }))).rejects.toThrow(word);
});

it('warns of a server newer than those it was tested with', async () => {
  expect(await assertDurableSettings(answering({ version: 190_001 }))).toEqual([
    expect.stringContaining('PostgreSQL 19'),
  ]);
});

it('says which server does not let us in', async () => {
  await expect(checkDatabase('postgres://nobody@127.0.0.1:1/none')).rejects.toMatchObject({
    code: 'database.unreachable',
    message: expect.stringMatching(/127\.0\.0\.1:1 .*ECONNREFUSED.*DATABASE_URL/),
  });
});

/** A server of a kind that is not at hand. */
function answering(more: object): Client {
  const row = {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    encoding: 'UTF8',
    is_replica: false,
    ...more,
  };
  return { query: async () => ({ rows: [row] }) } as unknown as Client;
}
