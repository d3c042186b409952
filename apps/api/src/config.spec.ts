import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

const DATABASE_URL = 'postgres://orrery:secret@localhost/orrery';
const wordsOf = (environment: Record<string, string>) => {
  try {
    readConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('The settings of the API', () => {
  it('have values of their own, but for the database', () => {
    expect(readConfig({ DATABASE_URL })).toEqual({
      DATABASE_URL,
      DATABASE_REPLICA_URLS: [],
      DATABASE_POOL_SIZE: 20,
      DATABASE_MAX_OVERFLOW: 10,
      DATABASE_QUERY_POOL_SIZE: 10,
      DATABASE_FOLLOWER_POOL_SIZE: 4,
      RABBITMQ_PREFIX: 'orrery',
      RABBITMQ_EVENTS: ['#'],
      RABBITMQ_EVENT_MODE: 'structured',
      RABBITMQ_DURABLE_TASKS: false,
      API_HOST: '127.0.0.1',
      API_PORT: 8000,
      API_CORS_ORIGINS: [],
      API_TRUSTED_PROXIES: [],
      API_RATE_LIMIT: 0,
      API_RATE_BURST: 20,
      API_DRAIN_DELAY_MS: 0,
      DEBUG: false,
      ENVIRONMENT: 'development',
    });
    expect(wordsOf({})).toContain('DATABASE_URL is not set. The PostgreSQL that holds the log.');
  });

  it('take origins as they are, and nothing that is none', () => {
    const origins = 'https://a.example, http://localhost:3000';
    expect(readConfig({ DATABASE_URL, API_CORS_ORIGINS: origins }).API_CORS_ORIGINS).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
    for (const wrong of [
      '*',
      'a.example',
      'https://a.example/',
      'https://a.example/path',
      'null',
      'https://a.example,',
    ]) {
      expect(wordsOf({ DATABASE_URL, API_CORS_ORIGINS: wrong })).toContain('API_CORS_ORIGINS must be origins like');
    }
  });

  it('take addresses and networks of proxies, and nothing else', () => {
    const proxies = '10.0.0.7, 192.168.0.0/16,fd00::/8';
    expect(readConfig({ DATABASE_URL, API_TRUSTED_PROXIES: proxies }).API_TRUSTED_PROXIES).toEqual([
      '10.0.0.7',
      '192.168.0.0/16',
      'fd00::/8',
    ]);
    for (const wrong of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.1,']) {
      expect(wordsOf({ DATABASE_URL, API_TRUSTED_PROXIES: wrong })).toContain('API_TRUSTED_PROXIES must be addresses');
    }
  });

  it('take the URLs of several replicas, and tell none of them when one is wrong', () => {
    const urls = 'postgres://a:secret@one/orrery, postgresql://b@two:5433/orrery';
    expect(readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS: urls }).DATABASE_REPLICA_URLS).toEqual([
      'postgres://a:secret@one/orrery',
      'postgresql://b@two:5433/orrery',
    ]);
    const words = wordsOf({ DATABASE_URL, DATABASE_REPLICA_URLS: `${urls},mysql://c@three` });
    expect(words).toContain('DATABASE_REPLICA_URLS must be a URL like postgres://user:password@host:5432/database');
    expect(words).not.toContain('secret');
  });

  it('stop with the name of what is wrong, and its meaning', () => {
    expect(
      wordsOf({ DATABASE_URL, API_PORT: 'http', ENVIRONMENT: 'prod', API_DRAIN_DELAY_MS: '-1' }).split('\n'),
    ).toEqual([
      'The configuration is wrong:',
      expect.stringContaining('API_PORT must be a number'),
      expect.stringContaining('API_DRAIN_DELAY_MS must be a whole number'),
      expect.stringContaining('ENVIRONMENT must be development, test, staging or production'),
    ]);
  });
});
