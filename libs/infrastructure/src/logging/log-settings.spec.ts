import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { readConfiguration } from '../configuration/read-configuration.js';
import { logLevelOf, logSettings } from './log-settings.js';

const levelIn = (environment: Record<string, string>) =>
  logLevelOf(readConfiguration(z.object(logSettings), environment), 'warn');

it.each([
  [{}, 'warn'],
  [{ DEBUG: 'false' }, 'warn'],
  [{ DEBUG: 'true' }, 'debug'],
  [{ DEBUG: 'true', LOG_LEVEL: 'error' }, 'error'],
  [{ LOG_LEVEL: 'trace' }, 'trace'],
])('With %j what is logged is %s', (environment, level) => {
  expect(levelIn(environment as Record<string, string>)).toBe(level);
});

it('DEBUG is true or false', () => {
  expect(() => levelIn({ DEBUG: 'yes' })).toThrow('DEBUG must be true or false, and is "yes"');
});
