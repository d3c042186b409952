import { afterEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrate } from './migrate.js';
import { type TestDatabase, testDatabase } from './testing/test-database.js';

class CreatePlanets0001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table planets (name text primary key)');
  }
  async down(): Promise<void> {}
}

class AddMoons0002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table planets add column moons int not null default 0');
  }
  async down(): Promise<void> {}
}

class Stumble0002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table half_done (id int)');
    await runner.query('select 1 / 0');
  }
  async down(): Promise<void> {}
}

let database: TestDatabase;

afterEach(async () => database.drop());

async function fresh(): Promise<string> {
  database = await testDatabase([]);
  return database.url;
}

async function columns(url: string): Promise<string[]> {
  const client = new Client(url);
  await client.connect();
  const sql = `select column_name from information_schema.columns where table_name in ('planets', 'half_done') order by 1`;
  try {
    const { rows } = await client.query<{ column_name: string }>(sql);
    return rows.map(({ column_name }) => column_name);
  } finally {
    await client.end();
  }
}

it('runs what is missing, in order, and nothing twice', async () => {
  const url = await fresh();
  expect(await migrate(url, [CreatePlanets0001])).toEqual({ applied: ['CreatePlanets0001'], unknown: [] });
  expect(await migrate(url, [CreatePlanets0001, AddMoons0002])).toEqual({ applied: ['AddMoons0002'], unknown: [] });
  expect(await migrate(url, [CreatePlanets0001, AddMoons0002])).toEqual({ applied: [], unknown: [] });
  expect(await columns(url)).toEqual(['moons', 'name']);
});

it('lets one of several processes work while the others wait', async () => {
  const url = await fresh();
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(url, [CreatePlanets0001, AddMoons0002])));
  expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 2]);
});

it('leaves nothing of a migration that fails, and keeps those before it', async () => {
  const url = await fresh();
  await expect(migrate(url, [CreatePlanets0001, Stumble0002])).rejects.toThrow('division by zero');
  expect(await columns(url)).toEqual(['name']);
  expect(await migrate(url, [CreatePlanets0001, AddMoons0002])).toEqual({ applied: ['AddMoons0002'], unknown: [] });
});

it('tells of migrations that only a later release knows', async () => {
  const url = await fresh();
  await migrate(url, [CreatePlanets0001, AddMoons0002]);
  expect(await migrate(url, [CreatePlanets0001])).toEqual({ applied: [], unknown: ['AddMoons0000000000002'] });
});

it('insists that a migration is numbered by its place', async () => {
  const url = await fresh();
  await expect(migrate(url, [AddMoons0002])).rejects.toThrow('Migration 1 is called AddMoons0002, not SomeWords0001.');
});

it('costs next to nothing when nothing is to do', async () => {
  const url = await fresh();
  await migrate(url, [CreatePlanets0001]);
  const tookMs: number[] = [];
  for (let time = 1; time <= 5; time++) {
    const before = performance.now();
    await migrate(url, [CreatePlanets0001]);
    tookMs.push(performance.now() - before);
  }
  expect(Math.min(...tookMs)).toBeLessThan(150);
});
