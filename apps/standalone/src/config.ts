import { apiSettings } from '@orrery/api';
import {
  httpSettings,
  installationSettings,
  keepingSettings,
  loadEnvFile,
  logSettings,
  readConfiguration,
  setting,
} from '@orrery/infrastructure';
import { z } from 'zod';
import type { Arguments } from './arguments.js';

const schema = z.object({
  DATABASE_URL: setting.databaseUrl.optional().describe('The PostgreSQL to use instead of one of our own.'),
  ORRERY_DATA: setting.text.default('.orrery').describe('The directory of our own PostgreSQL, made when missing.'),
  ...installationSettings,
  ...apiSettings,
  ...keepingSettings,
  ...httpSettings,
  ...logSettings,
});

export type Config = Readonly<z.output<typeof schema>>;

/** The settings of this process: the command line, then the environment, then a `.env` file beside which it runs. */
export function readConfig({ port, data }: Arguments): Config {
  loadEnvFile();
  const said = {
    ...(port === undefined ? {} : { API_PORT: String(port) }),
    ...(data === undefined ? {} : { ORRERY_DATA: data }),
  };
  return readConfiguration(schema, { ...process.env, ...said });
}
