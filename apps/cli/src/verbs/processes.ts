import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wholeNumber } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Given, type Verb, textOption } from '../verb.js';

/** Beside this bundle stand those of the programs that it starts. */
const bundleOf = (app: string) => fileURLToPath(new URL(`./${app}.mjs`, import.meta.url));
const toolsAt = () => fileURLToPath(new URL('../tools/build.mjs', import.meta.url));

export const up: Verb = {
  usage: 'up',
  summary: 'start a server for development: API, engine, worker and PostgreSQL in one process',
  options: [
    { flags: '--port <n>', means: 'the port to listen on (default 8000; 0 is any that is free)' },
    { flags: '--data <dir>', means: 'where the data is kept (default .orrery)' },
    { flags: '--no-examples', means: 'run no examples, and do no demo tasks' },
    { flags: '--json', means: 'print one JSON object instead of lines' },
  ],
  notes: 'Ctrl-C drains and keeps everything. DATABASE_URL names a PostgreSQL to use instead of our own.',
  examples: [
    ['orrery up', ''],
    ['orrery up --port 9000 --data DIR', 'beside another one'],
  ],
  run: (cli, given) => start(cli, 'standalone', serverArguments(cli, given), {}),
};

function serverArguments(cli: Cli, given: Given): string[] {
  const isJson = given.options['json'] === true || cli.options.format === 'json';
  return [
    ...['port', 'data'].flatMap((name) => {
      const value = textOption(given, name);
      return value === undefined ? [] : [`--${name}=${value}`];
    }),
    ...(given.options['examples'] === false ? ['--no-examples'] : []),
    ...(isJson ? ['--json'] : []),
  ];
}

/** What the worker takes: said here by the name of the option, and not of the setting. */
const SLOTS = [1, 10_000] as const;

export const worker: Verb = {
  usage: 'worker',
  summary: 'do tasks of the built-in types (http) for a server',
  options: [
    { flags: '--name <name>', means: 'what it is called: no other may have the name at the same time' },
    { flags: '--slots <n>', means: 'how many tasks it does at once (default 100)' },
  ],
  notes: 'Ctrl-C ends what is under way and takes nothing new. ORRERY_HTTP_ALLOW lists private addresses it may call.',
  examples: [
    ['orrery worker --url http://10.0.0.5:8000 --slots 20', ''],
    ['orrery worker --url amqp://guest:guest@10.0.0.5:5672', 'takes its tasks from a RabbitMQ'],
  ],
  run(cli, given) {
    const [name, slots] = [textOption(given, 'name'), textOption(given, 'slots')];
    if (slots !== undefined) wholeNumber('--slots', slots, SLOTS);
    return start(cli, 'worker', [], {
      ORRERY_URL: cli.options.workerUrl,
      ...(name === undefined ? {} : { WORKER_ID: name }),
      ...(slots === undefined ? {} : { WORKER_SLOTS: slots }),
    });
  },
};

type Environment = Readonly<Record<string, string>>;

/** Starts one of the other programs in our place: it speaks for itself, and its end is ours. */
async function start(cli: Cli, app: string, args: readonly string[], more: Environment): Promise<ExitCode> {
  await build(cli, app);
  const env = { ...process.env, ...more };
  const child = spawn(process.execPath, ['--enable-source-maps', bundleOf(app), ...args], { stdio: 'inherit', env });
  // In a terminal both of us get the signal; from elsewhere only we do.
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => (process.stdin.isTTY && signal === 'SIGINT' ? undefined : pass(signal)));
  }
  // When our time is over, so is its.
  const forget = cli.farewells.add(() => {
    pass('SIGTERM');
    return [];
  });
  const [code, signal] = (await once(child, 'exit')) as [ExitCode | null, NodeJS.Signals | null];
  forget();
  return code ?? (signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm);
}

/** In a clone, makes the bundle if it is missing or old. */
async function build(cli: Cli, app: string): Promise<void> {
  if (!existsSync(toolsAt())) return;
  const child = spawn(process.execPath, [toolsAt(), app], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => cli.err.write(text.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) return;
  throw new CliError({
    exitCode: EXIT.failed,
    code: 'build.failed',
    what: `dist/${app}.mjs could not be built`,
    why: 'What esbuild said is above.',
  });
}
