import type { Cli } from './cli.js';
import type { ExitCode } from './exit-codes.js';

/** An option of one command. */
export interface VerbOption {
  /** As it is written: `--label <k=v>`. */
  readonly flags: string;
  readonly means: string;
  /** It may come more than once. */
  readonly isRepeated?: boolean;
}

/** What was written behind a command's name. */
export interface Given {
  readonly words: readonly string[];
  /** By name, in camel case: a text, true or false, or a list of texts where it may be repeated. */
  readonly options: { readonly [name: string]: string | boolean | readonly string[] | undefined };
}

/** A command of the command line: how it is written, what it is for, and what it does. */
export interface Verb {
  /** `cancel <id...>`, `import wfformat <file>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly VerbOption[];
  /** Below the options in the help: what a person has to know. */
  readonly notes?: string;
  readonly examples: readonly (readonly [command: string, means: string])[];
  /** Not in the help: for the shell. */
  readonly isHidden?: boolean;
  run(cli: Cli, given: Given): Promise<ExitCode>;
}

/** The words that call a command: `import wfformat`. */
export const namesOf = ({ usage }: Verb): readonly string[] => usage.split(/ (?=[<[])/)[0]!.split(' ');

/** Commands that belong together in the help. */
export interface VerbGroup {
  readonly title: string;
  readonly verbs: readonly Verb[];
}

/** The text behind an option. */
export function textOption({ options }: Given, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts behind an option that may be repeated. */
export function textOptions({ options }: Given, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export const isSet = ({ options }: Given, name: string): boolean => options[name] === true;
