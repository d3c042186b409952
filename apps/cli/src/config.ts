import { isAbsolute, join } from 'node:path';
import { loadEnvFile } from '@orrery/infrastructure';
import { EXIT } from './exit-codes.js';
import { CliError } from './cli-error.js';

/** What the environment says. It is read once, without a library: the command line has to start soon. */
export interface Config {
  /** Where the server is. */
  readonly url: string | undefined;
  /** Where contexts are kept; nowhere if there is no folder for the settings of a user. */
  readonly contextsFile: string | undefined;
  /** A PostgreSQL of somebody else's. */
  readonly databaseUrl: string | undefined;
  /** The directory of our own. */
  readonly dataDirectory: string;
  /** Whether a machine reads along: no progress is drawn. */
  readonly isCi: boolean;
  /** A terminal that cannot move its cursor. */
  readonly isDumb: boolean;
  /** Whether colours are wanted, whatever the terminal says. */
  readonly color: boolean | undefined;
}

/** Where a server is that nobody moved. */
export const DEFAULT_URL = 'http://127.0.0.1:8000';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of this process, from its environment and from a `.env` file beside which it runs. */
export function readConfig(): Config {
  loadEnvFile();
  return configOf(process.env);
}

export function configOf(environment: Environment): Config {
  return {
    url: environment['ORRERY_URL'] || undefined,
    contextsFile: contextsFileOf(environment),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    dataDirectory: environment['ORRERY_DATA'] || '.orrery',
    isCi: isOn(environment['CI']),
    isDumb: environment['TERM'] === 'dumb',
    color: colorOf(environment),
  };
}

/** https://specifications.freedesktop.org/basedir-spec, and its like on Windows. */
function contextsFileOf({ XDG_CONFIG_HOME, APPDATA, HOME }: Environment): string | undefined {
  const atHome = HOME ? join(HOME, '.config') : undefined;
  const folder = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : APPDATA || atHome;
  return folder === undefined ? undefined : join(folder, 'orrery', 'contexts.json');
}

/** https://no-color.org, and what most programs take for its opposite. */
function colorOf({ NO_COLOR, FORCE_COLOR }: Environment): boolean | undefined {
  if (NO_COLOR) return false;
  return FORCE_COLOR === undefined || FORCE_COLOR === '' ? undefined : isOn(FORCE_COLOR);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** The address of a server, as it was written. Throws `CliError`. */
export function serverUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return written.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  throw new CliError({
    exitCode: EXIT.usage,
    code: 'usage.bad-url',
    what: `"${written}" is no address of a server`,
    fix: ['Give one like http://127.0.0.1:8000, by --url or ORRERY_URL.'],
  });
}
