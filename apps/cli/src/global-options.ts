import { didYouMean, suggester } from '@orrery/domain';
import { duration } from './arguments/values.js';
import { FORMATS, type Format, type GlobalOptions } from './cli.js';
import { usageError } from './cli-error.js';
import { type Config, serverUrl } from './config.js';
import type { Given } from './verb.js';

/** What was written for every command, joined with what the environment says. Throws `CliError`. */
export function globalOptions(written: Given['options'], config: Config, isSomebodyThere: boolean): GlobalOptions {
  const { output, url, timeout } = written;
  return {
    url: serverUrl(typeof url === 'string' ? url : config.url),
    format: formatOf(typeof output === 'string' ? output : 'table'),
    isQuiet: written['quiet'] === true,
    saysYes: written['yes'] === true,
    mayAsk: isSomebodyThere && written['input'] !== false && !config.isCi,
    drawsProgress: written['progress'] !== false && !config.isCi && !config.isDumb,
    timeoutMs: typeof timeout === 'string' ? duration('--timeout', timeout) : undefined,
  };
}

function formatOf(written: string): Format {
  const found = FORMATS.find((format) => format === written);
  if (found) return found;
  const meant = suggester(FORMATS)(written);
  throw usageError(
    'bad-output',
    `--output cannot be "${written}"${didYouMean(meant)}`,
    `It is one of ${FORMATS.join(', ')}.`,
  );
}
