import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidConfiguration, readConfiguration } from '../configuration/read-configuration.js';
import { databaseSettings, databasesOf, shardSettings } from './shard-settings.js';

const EAST = 'postgres://orrery:secret@db-1/orrery?sslmode=require';
const WEST = 'postgres://orrery:secret@db-2/orrery';
const BOTH = `east=${EAST}, west=${WEST}`;
const SHARDS = [
  { name: 'east', databaseUrl: EAST },
  { name: 'west', databaseUrl: WEST },
];

const read = (environment: Record<string, string>) => readConfiguration(z.object(shardSettings), environment);
const wordsOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.message;
    throw error;
  }
  return '';
};

describe('Where the data is', () => {
  const placed = (environment: Record<string, string>) =>
    readConfiguration(z.object({ ...databaseSettings(environment), ...shardSettings }), environment);

  it('is told: in one database, or else in several', () => {
    expect(placed({ DATABASE_URL: EAST })).toEqual({ DATABASE_URL: EAST });
    expect(placed({ DATABASE_SHARDS: BOTH })).toEqual({ DATABASE_SHARDS: SHARDS });
    expect(wordsOf(() => placed({}))).toContain('DATABASE_URL is not set. The PostgreSQL that holds the log.');
  });
});

describe('Several databases', () => {
  it('are named, each with its URL', () => {
    expect(read({ DATABASE_SHARDS: BOTH }).DATABASE_SHARDS).toEqual(SHARDS);
    expect(read({})).toEqual({});
  });

  it.each([
    ['east', 'must be databases by name'],
    [EAST, 'must be databases by name'],
    [`East=${EAST},west=${WEST}`, 'must be databases by name'],
    [`east=mysql://db-1/orrery,west=${WEST}`, 'must be databases by name'],
    [`east=${EAST},`, 'must be databases by name'],
    [`east=${EAST}`, 'must be two databases at least'],
    [`east=${EAST},east=${WEST}`, 'must have a name of its own for each'],
    [`east=${EAST},west=${EAST}`, 'must name each database once'],
  ])('are refused as %s, and no password is told', (given, words) => {
    const told = wordsOf(() => read({ DATABASE_SHARDS: given }));
    expect(told).toContain(`DATABASE_SHARDS ${words}`);
    expect(told).not.toContain('secret');
  });

  it('stand alone: neither the one database nor replicas of it can be named beside them', () => {
    expect(databasesOf({ DATABASE_SHARDS: SHARDS, ORRERY_PARTITIONS: 64 })).toEqual({ shards: SHARDS, partitions: 64 });
    const both = wordsOf(() => databasesOf({ DATABASE_SHARDS: SHARDS, DATABASE_URL: EAST }));
    expect(both).toContain('DATABASE_SHARDS and DATABASE_URL are both set');
    const replicas = wordsOf(() => databasesOf({ DATABASE_SHARDS: SHARDS, DATABASE_REPLICA_URLS: [EAST] }));
    expect(replicas).toContain('DATABASE_REPLICA_URLS cannot be set with DATABASE_SHARDS');
    const few = wordsOf(() => databasesOf({ DATABASE_SHARDS: SHARDS, ORRERY_PARTITIONS: 1 }));
    expect(few).toContain('each needs one at least');
  });

  it('are not asked for where one is named', () => {
    const config = { DATABASE_URL: EAST, DATABASE_REPLICA_URLS: [WEST], ORRERY_PARTITIONS: 32 };
    expect(databasesOf(config)).toEqual({ databaseUrl: EAST, replicaUrls: [WEST], partitions: 32 });
  });
});

describe('The number of partitions', () => {
  it('is from 1 to 1024, and unsaid unless it is set', () => {
    expect(read({ ORRERY_PARTITIONS: '1024' })).toEqual({ ORRERY_PARTITIONS: 1024 });
    for (const wrong of ['0', '1025', '-1', '1.5', 'many']) {
      expect(wordsOf(() => read({ ORRERY_PARTITIONS: wrong }))).toContain('must be a whole number from 1 to 1024');
    }
  });
});
