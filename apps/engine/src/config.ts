import {
  type Environment,
  databaseSettings,
  installationSettings,
  keepingSettings,
  loadEnvFile,
  logSettings,
  readConfiguration,
  setting,
} from '@orrery/infrastructure';
import { z } from 'zod';

const ownSettings = {
  ENGINE_HOST: setting.text.default('127.0.0.1').describe('The address at which the probes are answered.'),
  ENGINE_PORT: setting.port(8001).describe('The port at which the probes are answered.'),
  ...logSettings,
};

const schemaIn = (environment: Environment) =>
  z.object({ ...databaseSettings(environment), ...installationSettings, ...keepingSettings, ...ownSettings });

export type Config = Readonly<z.output<ReturnType<typeof schemaIn>>>;

/** The settings of this process, from its environment and from a `.env` file beside which it runs. */
export function readConfig(): Config {
  loadEnvFile();
  return readConfiguration(schemaIn(process.env), process.env);
}
