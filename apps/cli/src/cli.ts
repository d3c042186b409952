import type { OrreryClient } from '@orrery/sdk';
import type { Config } from './config.js';
import type { Farewells } from './farewells.js';
import type { Output } from './output/output.js';

export const FORMATS = ['table', 'json', 'jsonl', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** What every command is told, besides its own options. */
export interface GlobalOptions {
  readonly url: string;
  /** The same for a worker, which may have its tasks from a broker. Throws `CliError`. */
  readonly workerUrl: string;
  readonly format: Format;
  /** Nothing but data and errors. */
  readonly isQuiet: boolean;
  /** Every question is answered with yes. */
  readonly saysYes: boolean;
  /** Whether somebody is there to be asked. */
  readonly mayAsk: boolean;
  /** Whether progress may be drawn over what was drawn before. */
  readonly drawsProgress: boolean;
  readonly timeoutMs: number | undefined;
}

/** What a command works with: where it speaks, what it was told, and the server. */
export interface Cli {
  readonly config: Config;
  readonly options: GlobalOptions;
  /** Data. */
  readonly out: Output;
  /** Everything else. */
  readonly err: Output;
  readonly client: OrreryClient;
  /** What is said when somebody breaks the command off. */
  readonly farewells: Farewells;
  /** Asks a person; never called where nobody is. */
  ask(question: string): Promise<string>;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Says something beside the data, unless it is to be quiet. */
export function say(cli: Cli, words: string): void {
  if (!cli.options.isQuiet) cli.err.write(`${words}\n`);
}
