import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidConfiguration, readConfiguration } from './read-configuration.js';
import * as setting from './settings.js';

const schema = z.object({
  DATABASE_URL: setting.databaseUrl.optional().describe('Where the truth is kept.'),
  ORRERY_URL: setting.httpUrl.describe('Where the API answers.'),
  API_PORT: setting.port(8000).describe('The port the API listens on.'),
  SLOTS: setting.wholeNumber(1, 1000, 10).describe('How much is done at once.'),
  LOG_LEVEL: setting.logLevel.default('info').describe('What is logged.'),
});

const faultsOf = (environment: Record<string, string>) => {
  try {
    readConfiguration(schema, environment);
  } catch (error) {
    return (error as InvalidConfiguration).faults;
  }
  return [];
};

describe('The configuration of an app', () => {
  it('is read from the environment, and is frozen', () => {
    const configuration = readConfiguration(schema, { ORRERY_URL: 'http://api', API_PORT: '9000', PATH: '/bin' });
    expect(configuration).toEqual({ ORRERY_URL: 'http://api', API_PORT: 9000, SLOTS: 10, LOG_LEVEL: 'info' });
    expect(Object.isFrozen(configuration)).toBe(true);
  });

  it('takes what is set to nothing as not set', () => {
    const configuration = readConfiguration(schema, { ORRERY_URL: 'http://api', API_PORT: '', DATABASE_URL: '' });
    expect(configuration).toEqual({ ORRERY_URL: 'http://api', API_PORT: 8000, SLOTS: 10, LOG_LEVEL: 'info' });
  });

  it('names what is missing, and says what it means', () => {
    expect(faultsOf({})).toEqual(['ORRERY_URL is not set. Where the API answers.']);
  });

  it('names every wrong value at once', () => {
    const wrong = { ORRERY_URL: 'ftp://api', API_PORT: '80a', SLOTS: '0', LOG_LEVEL: 'loud' };
    expect(faultsOf(wrong)).toEqual([
      'ORRERY_URL must be a URL like http://127.0.0.1:8000. Where the API answers.',
      'API_PORT must be a number from 0 to 65535, and is "80a". The port the API listens on.',
      'SLOTS must be a whole number from 1 to 1000, and is "0". How much is done at once.',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, and is "loud". What is logged.',
    ]);
    expect(faultsOf({ ORRERY_URL: 'http://api', API_PORT: '65536' })).toHaveLength(1);
  });

  it('does not repeat a URL, in which a password may stand', () => {
    const [fault] = faultsOf({ ORRERY_URL: 'http://api', DATABASE_URL: 'mysql://me:secret@host/db' });
    expect(fault).toBe(
      'DATABASE_URL must be a URL like postgres://user:password@host:5432/database. Where the truth is kept.',
    );
  });
});
