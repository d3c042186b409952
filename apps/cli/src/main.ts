import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { OrreryClient } from '@orrery/sdk';
import { CliError } from './cli-error.js';
import type { Cli, GlobalOptions } from './cli.js';
import { type Config, readConfig } from './config.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { explained } from './explain-error.js';
import { Farewells } from './farewells.js';
import { globalOptions } from './global-options.js';
import { errorLines, errorObject } from './output/error-lines.js';
import { outputOf, writeLines } from './output/output.js';
import { humanDuration } from './output/times.js';
import { type Chosen, choose } from './program.js';
import { VERB_GROUPS } from './verbs/index.js';

const { stdin, stdout, stderr } = process;

// Whoever read what is printed has read enough.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed));

const words = process.argv.slice(2);
const config = readConfig();
const color = words.includes('--no-color') ? false : config.color;
const out = outputOf(stdout, color, config.isDumb);
const err = outputOf(stderr, color, config.isDumb);
const farewells = new Farewells();

for (const [signal, code] of [
  ['SIGINT', EXIT.sigint],
  ['SIGTERM', EXIT.sigterm],
] as const) {
  process.on(signal, () => {
    for (const line of farewells.all()) err.write(`${line}\n`);
    process.exit(code);
  });
}

async function main(): Promise<ExitCode> {
  const chosen = await choose(VERB_GROUPS, words.length > 0 ? words : ['--help'], (help) => void stdout.write(help));
  if (!chosen) return EXIT.ok;
  const cli = cliOf(globalOptions(chosen.globals, config, stdin.isTTY === true && err.isTerminal), config);
  return withinTime(cli, chosen);
}

function cliOf(options: GlobalOptions, config: Config): Cli {
  let client: OrreryClient | undefined;
  return {
    config,
    options,
    out,
    err,
    farewells,
    // A person does not want to wait for a server that may come: they see that it is not there.
    get client() {
      return (client ??= new OrreryClient({ url: options.url, retryForMs: 0 }));
    },
    ask: (question) => createInterface({ input: stdin, output: stderr }).question(question),
    readStdin: () => text(stdin),
    now: Date.now,
  };
}

function withinTime(cli: Cli, { verb, given }: Chosen): Promise<ExitCode> {
  const running = verb.run(cli, given);
  const { timeoutMs } = cli.options;
  if (timeoutMs === undefined) return running;
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      const what = `it was not done after ${humanDuration(timeoutMs)}`;
      reject(new CliError({ exitCode: EXIT.timeout, code: 'timeout', what, fix: farewells.all() }));
    };
    setTimeout(giveUp, timeoutMs).unref();
  });
  return Promise.race([running, late]);
}

/** Programs get errors as they get data; people get them in words. */
function tell(error: unknown): ExitCode {
  const found = explained(error);
  if (!(found instanceof CliError)) {
    err.write(`${found instanceof Error ? found.stack : String(found)}\nThis is a mistake in orrery itself.\n`);
    return EXIT.failed;
  }
  if (/^--?o(utput)?[= ]?jsonl?$/.test(outputWritten())) err.write(`${JSON.stringify(errorObject(found))}\n`);
  else writeLines(err, errorLines(found));
  return found.exitCode;
}

function outputWritten(): string {
  const at = words.findIndex((word) => /^(-o|--output)/.test(word));
  return /^(-o|--output)$/.test(words[at] ?? '') ? `${words[at]} ${words[at + 1] ?? ''}` : (words[at] ?? '');
}

process.exit(await main().catch(tell));
