import { Command, type CommanderError, Help, Option } from 'commander';
import { VERSION } from '@orrery/infrastructure';
import { FORMATS } from './cli.js';
import { usageOf } from './usage.js';
import type { Given, Verb } from './verb.js';

/** What every command takes. */
const GLOBAL_OPTIONS: readonly (readonly [flags: string, means: string])[] = [
  ['--url <url>', 'where the server is (default: ORRERY_URL, or http://127.0.0.1:8000)'],
  ['-o, --output <format>', `how data is printed: ${FORMATS.join(', ')} (default: table)`],
  ['-q, --quiet', 'print data and errors, nothing else'],
  ['-y, --yes', 'answer every question with yes'],
  ['--no-input', 'ask nothing; what would need an answer is refused'],
  ['--no-color', 'no colours, as with NO_COLOR set'],
  ['--no-progress', 'plain lines instead of a picture that is redrawn, as with CI set'],
  ['--timeout <duration>', 'give up after so long: 30s, 5m (exit code 7)'],
];

/** A command that was recognised, and what was written behind it. */
export interface Chosen {
  readonly verb: Verb;
  readonly given: Given;
  readonly globals: Given['options'];
}

/** The words as a command of this program. Throws `CliError`; help and version are written, and there is then nothing to do. */
export async function choose(verbs: readonly Verb[], words: readonly string[], write: (text: string) => void) {
  let chosen: Chosen | undefined;
  const program = programOf(verbs, write, (each) => (chosen = each));
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    const { code, exitCode } = error as CommanderError;
    if (!code?.startsWith('commander.')) throw error;
    if (exitCode !== 0 && code !== 'commander.help') throw usageOf(error as CommanderError, program, words);
  }
  return chosen;
}

/** The whole command line, without anything happening yet. */
export function programOf(
  verbs: readonly Verb[],
  write: (text: string) => void,
  choose: (chosen: Chosen) => void = () => undefined,
): Command {
  const program = new Command('orrery')
    .description('Orrery runs workflows: graphs of tasks that survive crashes.')
    .version(`orrery ${VERSION}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .usage('<command> [options]')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', HELP_END);
  for (const [flags, means] of GLOBAL_OPTIONS) program.option(flags, means);
  for (const verb of verbs) addVerb(program, verb, choose);
  for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])]) {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined });
    command.configureHelp({ formatHelp, showGlobalOptions: false });
  }
  return program;
}

const HELP_END = `
Every command takes the options above, and explains itself: orrery run --help

  orrery up                              start a server for development
  orrery run examples/fan-out.yaml --input '{"photo":"mars.raw"}'
  orrery watch ID                        look at a run while it goes on
`;

/** `import wfformat <file>` is a command below a command. */
function addVerb(program: Command, verb: Verb, choose: (chosen: Chosen) => void): void {
  const names = verb.usage.split(/ (?=[<[])/)[0]!.split(' ');
  const parent = names.length === 1 ? program : groupCalled(program, names[0]!);
  const rest = verb.usage.split(' ').slice(names.length - 1).join(' ');
  const command = parent
    .command(rest, { hidden: verb.isHidden ?? false })
    .description(verb.summary)
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', () => helpEnd(verb));
  for (const { flags, means, isRepeated } of verb.options ?? []) command.addOption(optionOf(flags, means, isRepeated));
  command.action(() => {
    const given = { words: command.args, options: command.opts() };
    choose({ verb, given, globals: program.opts() });
  });
}

function groupCalled(program: Command, name: string): Command {
  const known = program.commands.find((each) => each.name() === name);
  return known ?? program.command(name).description('bring in what other systems wrote').helpCommand(false);
}

function optionOf(flags: string, means: string, isRepeated = false): Option {
  const option = new Option(flags, means);
  if (!isRepeated) return option;
  return option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
}

function helpEnd({ notes, examples }: Verb): string {
  const widest = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, means]) => `  ${command.padEnd(Math.min(widest, 50))}  ${means}`.trimEnd());
  return `${notes ? `\n${notes}\n` : ''}\nExamples:\n${lines.join('\n')}\n`;
}

/** The global options are the program's; a command says where to find them. */
function formatHelp(command: Command, helper: Help): string {
  const text = Help.prototype.formatHelp.call(helper, command, helper);
  return command.parent ? `${text.trimEnd()}\n\nWhat every command takes: orrery --help\n` : text;
}
