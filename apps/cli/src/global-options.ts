import { didYouMean, suggester } from '@orrery/domain';
import { duration } from './arguments/values.js';
import { FORMATS, type Format, type GlobalOptions } from './cli.js';
import { usageError } from './cli-error.js';
import { type Config, DEFAULT_URL, serverUrl } from './config.js';
import { serverCalled } from './contexts/contexts.js';
import { readContexts } from './contexts/contexts-file.js';
import type { Given, VerbOption } from './verb.js';

/** What every command takes. */
export const GLOBAL_OPTIONS: readonly VerbOption[] = [
  {
    flags: '--url <url>',
    means: 'where the server is (default: ORRERY_URL, the context in use, or http://127.0.0.1:8000)',
  },
  { flags: '--context <name>', means: 'the same, by its name in orrery context list' },
  { flags: '-o, --output <format>', means: `how data is printed: ${FORMATS.join(', ')} (default: table)` },
  { flags: '-q, --quiet', means: 'print data and errors, nothing else' },
  { flags: '-y, --yes', means: 'answer every question with yes' },
  { flags: '--no-input', means: 'ask nothing; what would need an answer is refused' },
  { flags: '--no-color', means: 'no colours, as with NO_COLOR set' },
  { flags: '--no-progress', means: 'plain lines instead of a picture that is redrawn, as with CI set' },
  { flags: '--timeout <duration>', means: 'give up after so long: 30s, 5m (exit code 7)' },
];

/** What was written for every command, joined with what the environment says. Throws `CliError`. */
export function globalOptions(written: Given['options'], config: Config, isSomebodyThere: boolean): GlobalOptions {
  const { output, timeout } = written;
  return {
    // Found when it is asked for: who mends the contexts needs no server.
    get url() {
      return serverUrl(urlOf(written, config));
    },
    get workerUrl() {
      const url = urlOf(written, config);
      return /^amqps?:\/\//.test(url) ? url : serverUrl(url);
    },
    format: formatOf(typeof output === 'string' ? output : 'table'),
    isQuiet: written['quiet'] === true,
    saysYes: written['yes'] === true,
    mayAsk: isSomebodyThere && written['input'] !== false && !config.isCi,
    drawsProgress: written['progress'] !== false && !config.isCi && !config.isDumb,
    timeoutMs: typeof timeout === 'string' ? duration('--timeout', timeout) : undefined,
  };
}

/** What was typed wins over the environment, and that over what was chosen once. */
function urlOf({ url, context }: Given['options'], config: Config): string {
  if (typeof url === 'string') return url;
  if (context === undefined && config.url !== undefined) return config.url;
  const contexts = readContexts(config.contextsFile);
  const name = typeof context === 'string' ? context : contexts.current;
  return name === undefined ? DEFAULT_URL : serverCalled(name, contexts).url;
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
