import { Command, type CommanderError, Option } from 'commander';
import { VERSION } from '@orrery/infrastructure';
import { GLOBAL_OPTIONS } from './global-options.js';
import { termOf, unknownCommand, usageOf } from './usage.js';
import { type Given, type Verb, type VerbGroup, namesOf } from './verb.js';

/** A command that was recognised, and what was written behind it. */
export interface Chosen {
  readonly verb: Verb;
  readonly given: Given;
  readonly globals: Given['options'];
}

/** The words as a command of this program. Throws `CliError`; help and version are written, and there is then nothing to do. */
export function choose(
  groups: readonly VerbGroup[],
  words: readonly string[],
  write: (text: string) => void,
): Chosen | undefined {
  // `help run` is `run --help`.
  if (words[0] === 'help') return choose(groups, [...words.slice(1), '--help'], write);
  let chosen: Chosen | undefined;
  const program = programOf(groups, write, (each) => (chosen = each));
  const [first = ''] = words;
  if (!first.startsWith('-') && !program.commands.some((each) => each.name() === first))
    throw unknownCommand(first, program);
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    const { code, exitCode } = error as CommanderError;
    if (!code?.startsWith('commander.')) throw error;
    if (exitCode !== 0) throw usageOf(error as CommanderError, program, words);
  }
  return chosen;
}

/** The whole command line, without anything happening yet. */
function programOf(
  groups: readonly VerbGroup[],
  write: (text: string) => void,
  choose: (chosen: Chosen) => void,
): Command {
  const program = new Command('orrery')
    .description('Orrery runs workflows: graphs of tasks that survive crashes.')
    .version(`orrery ${VERSION}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .usage('<command> [options]')
    .helpCommand(false)
    .addHelpText('after', HELP_END);
  for (const { flags, means } of GLOBAL_OPTIONS) program.option(flags, means);
  for (const { title, verbs } of groups) {
    program.commandsGroup(`${title}:`);
    for (const verb of verbs) addVerb(program, verb, choose);
  }
  for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])]) {
    command.configureHelp({ subcommandTerm: termOf });
    command
      .exitOverride()
      .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined });
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
  const names = namesOf(verb);
  const parent = names.length === 1 ? program : groupCalled(program, names[0]!);
  const rest = verb.usage
    .split(' ')
    .slice(names.length - 1)
    .join(' ');
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
  return (
    known ??
    program
      .command(name)
      .description(GROUPS[name] ?? '')
      .helpCommand(false)
  );
}

/** What commands that stand below a word are for. */
const GROUPS: { readonly [name: string]: string } = {
  import: 'bring in what other systems wrote',
  context: 'give servers names, and choose one',
  dlq: 'look after messages that were set aside',
};

function optionOf(flags: string, means: string, isRepeated = false): Option {
  const option = new Option(flags, means);
  if (!isRepeated) return option;
  return option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
}

function helpEnd({ notes, examples }: Verb): string {
  const lines = examples.flatMap(([command, means]) => [...(means ? [`  # ${means}`] : []), `  ${command}`]);
  const more = notes ? `\n${notes}\n` : '';
  return `${more}\nExamples:\n${lines.join('\n')}\n\nWhat every command takes: orrery --help`;
}
