import * as setting from '../configuration/settings.js';

/** The settings of what is logged. */
export const logSettings = {
  LOG_LEVEL: setting.logLevel.optional().describe('What is logged, on standard error.'),
  DEBUG: setting.flag.describe('Whether debug is what is logged, where LOG_LEVEL says nothing else.'),
};

interface LogConfig {
  readonly LOG_LEVEL?: string | undefined;
  readonly DEBUG: boolean;
}

/** The level that these settings say, or the one that suits the process. */
export function logLevelOf({ LOG_LEVEL, DEBUG }: LogConfig, otherwise: 'info' | 'warn'): string {
  return LOG_LEVEL ?? (DEBUG ? 'debug' : otherwise);
}
