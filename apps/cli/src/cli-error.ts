import { EXIT, type ExitCode } from './exit-codes.js';

/** Where something is wrong: in a file, with the line itself where it is known. */
export interface Place {
  readonly message: string;
  /** The file, `standard input`, or an option. */
  readonly source: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  /** That line, as it stands in the file. */
  readonly text?: string;
  readonly hint?: string;
  readonly code?: string;
  readonly severity?: 'error' | 'warning';
}

export interface ErrorParts {
  readonly exitCode: ExitCode;
  /** For programs: `usage.unknown-option`, or what the server calls it. */
  readonly code: string;
  /** In a sentence, without a full stop at its end. */
  readonly what: string;
  readonly places?: readonly Place[];
  readonly why?: string;
  /** What to do about it, one line each. */
  readonly fix?: readonly string[];
}

/** Something that a person can mend: told in words, with the way out, and answered with an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(readonly parts: ErrorParts) {
    super(parts.what);
    this.exitCode = parts.exitCode;
    this.code = parts.code;
  }
}

/** The command line makes no sense. */
export function usageError(code: string, what: string, ...fix: readonly string[]): CliError {
  return new CliError({ exitCode: EXIT.usage, code: `usage.${code}`, what, fix });
}
