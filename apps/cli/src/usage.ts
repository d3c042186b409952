import { didYouMean, suggester } from '@orrery/domain';
import type { Command, CommanderError } from 'commander';
import { type CliError, usageError } from './cli-error.js';

/** The command that the words lead to, as far as they do. */
function reached(program: Command, words: readonly string[]): Command {
  const called = (parent: Command) =>
    words.flatMap((word) => parent.commands.find((each) => each.name() === word) ?? []).at(0);
  const command = called(program);
  return (command && called(command)) ?? command ?? program;
}

const quoted = (message: string) => /'([^']*)'/.exec(message)?.[1] ?? '';
const namesOf = (command: Command) => command.commands.map((each) => each.name());
const flagsOf = (command: Command) => command.options.flatMap(({ long }) => (long ? [long] : []));

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

type Explain = (wrong: string, command: Command, program: Command) => CliError;

const help = (command: Command) => `${pathOf(command)} --help`;

/** There is no command of this name below another. */
export function unknownCommand(wrong: string, command: Command): CliError {
  const meant = didYouMean(suggester(namesOf(command))(wrong));
  return usageError('unknown-command', `there is no command "${wrong}"${meant}`, `${help(command)} lists them all.`);
}

const EXPLANATIONS: { readonly [code: string]: Explain } = {
  'commander.unknownCommand': unknownCommand,
  'commander.help': (_nothing, command) =>
    usageError(
      'missing-command',
      `${pathOf(command)} needs to know what: ${namesOf(command).join(', ')}`,
      `${help(command)} says more.`,
    ),
  'commander.unknownOption'(wrong, command, program) {
    const [flag = ''] = wrong.split('=');
    const meant = suggester([...flagsOf(command), ...flagsOf(program)])(flag);
    return usageError(
      'unknown-option',
      `${pathOf(command)} has no option ${flag}${didYouMean(meant)}`,
      `${help(command)} lists what it takes.`,
    );
  },
  'commander.missingArgument': (name, command) =>
    usageError('missing-argument', `${pathOf(command)} needs ${nameOf(name)}`, `Write ${written(command)}.`),
  'commander.optionMissingArgument': (flags, command) =>
    usageError(
      'missing-value',
      `${flags.split(' ').at(-2) ?? flags} needs a value`,
      `Write ${flags}; ${help(command)} says more.`,
    ),
  'commander.excessArguments': (_wrong, command) =>
    usageError('too-much', `${pathOf(command)} was given more than it takes`, `Write ${written(command)}.`),
};

const NAMES: { readonly [argument: string]: string } = {
  id: 'the id of a run',
  file: 'a file',
  definition: 'a definition: a file, or the name of one that is registered',
  name: 'the name of a signal',
  shell: 'the name of a shell: bash, zsh, fish or powershell',
  directory: 'a directory',
  context: 'the name of a context',
  url: 'the address of a server',
};
const nameOf = (argument: string) => NAMES[argument] ?? argument;

/** A command as it is written, with its arguments only. */
export function termOf(command: Command): string {
  const words = command.registeredArguments.map((each) => {
    const name = `${each.name()}${each.variadic ? '...' : ''}`;
    return each.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

const written = (command: Command) => `${command.parent ? `${pathOf(command.parent)} ` : ''}${termOf(command)}`;

/** What is wrong with a command line, in words. */
export function usageOf({ code, message }: CommanderError, program: Command, words: readonly string[]): CliError {
  const command = reached(program, words);
  const explain = EXPLANATIONS[code];
  if (explain) return explain(quoted(message), command, program);
  return usageError('invalid', message.replace(/^error: /, ''), `${help(command)} says how it is written.`);
}
