import { didYouMean, suggester } from '@orrery/domain';

/** What the command line says. */
export interface Arguments {
  readonly port?: number;
  readonly data?: string;
  readonly examples: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** The command line makes no sense: said in one line, and answered with exit code 2. */
export class UsageError extends Error {}

interface Flag {
  /** What stands after it, if anything does. */
  readonly value?: string;
  readonly means: string;
  readonly read: (value: string) => Partial<Arguments>;
}

const flags: Readonly<Record<string, Flag>> = {
  '--port': { value: 'N', means: 'the port to listen on (default 8000; 0 is any that is free)', read: readPort },
  '--data': { value: 'DIR', means: 'where the data is kept (default .orrery)', read: (data) => ({ data }) },
  '--no-examples': { means: 'run no examples, and do no demo tasks', read: () => ({ examples: false }) },
  '--json': { means: 'print one JSON object instead of lines', read: () => ({ json: true }) },
  '--version': { means: 'print the version', read: () => ({ version: true }) },
  '--help': { means: 'print this', read: () => ({ help: true }) },
};
const short: Readonly<Record<string, string>> = { '-h': '--help', '-V': '--version' };

const lines = Object.entries(flags).map(([name, { value, means }]) => {
  return `  ${[name, value].filter(Boolean).join(' ').padEnd(15)} ${means}`;
});

export const HELP = `Orrery in one process: API, engine, worker, and a PostgreSQL of its own. For development.

  npm start -- [options]

${lines.join('\n')}

The environment says the rest: DATABASE_URL names a PostgreSQL to use instead, .env.example explains each setting.

  npm start -- --port 9000 --data /tmp/orrery-trial
  npm start -- --json --no-examples
`;

/** Reads the arguments after the program's name. Throws `UsageError`. */
export function parseArguments(argv: readonly string[]): Arguments {
  let parsed: Arguments = { examples: true, json: false, help: false, version: false };
  const left = [...argv];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [written = '', ...attached] = word.split('=');
    const name = short[written] ?? written;
    const flag = flags[name];
    if (!flag) throw new UsageError(unknown(written));
    parsed = { ...parsed, ...flag.read(valueOf(name, flag, attached, left)) };
  }
  return parsed;
}

/** What stands behind the `=`, or else is the next word. */
function valueOf(name: string, { value: wanted }: Flag, attached: readonly string[], left: string[]): string {
  if (wanted === undefined && attached.length > 0) throw new UsageError(`${name} takes no value.`);
  if (wanted === undefined) return '';
  const value = attached.length > 0 ? attached.join('=') : left.shift();
  if (!value) throw new UsageError(`${name} needs a value: ${name} ${wanted}.`);
  return value;
}

function readPort(text: string): Partial<Arguments> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return { port };
  throw new UsageError(`--port must be a number from 0 to 65535, and is "${text}".`);
}

function unknown(written: string): string {
  if (!written.startsWith('-')) return `"${written}" is not expected: every option begins with --.`;
  const meant = suggester(Object.keys(flags))(written);
  return `${written} is not an option${didYouMean(meant)}. --help lists them all.`;
}
