import { afterEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type TestDatabase, testDatabase } from './test-database.js';

const made: TestDatabase[] = [];
const fresh = async () => {
  const database = await testDatabase();
  made.push(database);
  return database;
};
const connect = async ({ url }: TestDatabase) => {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

afterEach(async () => {
  await Promise.all(made.splice(0).map((database) => database.drop()));
});

it('gives each file a database of its own', async () => {
  const [one, other] = await Promise.all([fresh(), fresh()]);
  await fresh();
  const client = await connect(one);
  await client.query('create table here (id int)');
  await client.end();
  const elsewhere = await connect(other);
  const { rows } = await elsewhere.query(`select to_regclass('here') as found`);
  await elsewhere.end();
  expect(rows).toEqual([{ found: null }]);
});

it('complains of connections left open, and drops the database all the same', async () => {
  const database = await testDatabase();
  const forgotten = await connect(database);
  const ended = new Promise((done) => forgotten.once('end', done));
  await expect(database.drop()).rejects.toThrow(/left 1 connections open/);
  await ended;
});
