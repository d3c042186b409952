import {
  type Environment,
  databaseSettings,
  installationSettings,
  loadEnvFile,
  logSettings,
  readConfiguration,
  setting,
} from '@orrery/infrastructure';
import { z } from 'zod';
import { apiSettings } from './api-settings.js';

const ownSettings = {
  API_DRAIN_DELAY_MS: setting
    .wholeNumber(0, 60_000, 0)
    .describe('How long it goes on serving after it was told to stop, so that a load balancer has noticed.'),
  ...logSettings,
  ENVIRONMENT: z
    .enum(['development', 'test', 'staging', 'production'], 'must be development, test, staging or production')
    .default('development')
    .describe('What this installation is. In development the log is for reading, else it is JSON.'),
};

const schemaIn = (environment: Environment) =>
  z.object({ ...databaseSettings(environment), ...installationSettings, ...apiSettings, ...ownSettings });

export type Config = Readonly<z.output<ReturnType<typeof schemaIn>>>;

/** The settings of this process: its environment, then a `.env` file beside which it runs. */
export function readConfig(environment: Environment = ownEnvironment()): Config {
  return readConfiguration(schemaIn(environment), environment);
}

function ownEnvironment() {
  loadEnvFile();
  return process.env;
}
