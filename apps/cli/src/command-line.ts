import { OrreryClient, OrreryProblem } from '@orrery/sdk';
import { timerMs } from '@orrery/sdk/parts';
import { CliError } from './cli-error.js';
import type { Cli, GlobalOptions } from './cli.js';
import type { Config } from './config.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { explained } from './explain-error.js';
import type { Farewells } from './farewells.js';
import { globalOptions } from './global-options.js';
import { errorLines, errorObject } from './output/error-lines.js';
import { type Output, writeData, writeLines } from './output/output.js';
import { humanDuration } from './output/times.js';
import { type Chosen, choose } from './program.js';
import { VERB_GROUPS } from './verbs/index.js';

/** What there is around a command: streams, settings, and perhaps a person. */
export interface Surroundings {
  readonly config: Config;
  readonly out: Output;
  readonly err: Output;
  readonly farewells: Farewells;
  /** Whether somebody could answer a question. */
  readonly isSomebodyThere: boolean;
  ask(question: string): Promise<string>;
  readStdin(): Promise<Uint8Array>;
  now(): number;
}

/** Does what the words say; whatever goes wrong is told, and answered with an exit code. */
export async function commandLine(words: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { config, out, isSomebodyThere } = around;
  let cli: Cli | undefined;
  try {
    const chosen = choose(VERB_GROUPS, words.length > 0 ? words : ['--help'], out.write);
    if (!chosen) return EXIT.ok;
    cli = cliOf(globalOptions(chosen.globals, config, isSomebodyThere), around);
    return await withinTime(cli, chosen);
  } catch (error) {
    // Only who was refused by a server has looked for one.
    const url = error instanceof OrreryProblem ? cli?.options.url : undefined;
    return tell(explained(error, url), words, around.err);
  }
}

function cliOf(options: GlobalOptions, around: Surroundings): Cli {
  let client: OrreryClient | undefined;
  return {
    ...around,
    options,
    // A person does not want to wait for a server that may come: they see that it is not there.
    get client() {
      return (client ??= new OrreryClient({ url: options.url, retryForMs: 0 }));
    },
  };
}

async function withinTime(cli: Cli, { verb, given }: Chosen): Promise<ExitCode> {
  const { timeoutMs } = cli.options;
  if (timeoutMs === undefined) return verb.run(cli, given);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const what = `it was not done after ${humanDuration(timeoutMs)}`;
      reject(new CliError({ exitCode: EXIT.timeout, code: 'timeout', what, fix: cli.farewells.all() }));
    }, timerMs(timeoutMs));
  });
  return Promise.race([verb.run(cli, given), late]).finally(() => clearTimeout(timer));
}

/** Programs get errors as they get data; people get them in words. */
export function tell(error: unknown, words: readonly string[], err: Output): ExitCode {
  const found = explained(error);
  if (!(found instanceof CliError)) {
    const story = found instanceof Error ? (found.stack ?? found.message) : String(found);
    err.write(`${story}\nThis is a mistake in orrery itself.\n`);
    return EXIT.failed;
  }
  if (wantsJson(words)) writeData(err, `${JSON.stringify(errorObject(found))}\n`);
  else writeLines(err, errorLines(found));
  return found.exitCode;
}

/** Also where the words make no other sense. */
function wantsJson(words: readonly string[]): boolean {
  return words.some((word, at) => {
    const [, value] = /^(?:--output=|-o=?)(.+)$/.exec(word) ?? [];
    return /^jsonl?$/.test(value ?? (/^(--output|-o)$/.test(word) ? (words[at + 1] ?? '') : ''));
  });
}
