import { Invalid, OrreryError, Unavailable } from '@orrery/domain';
import { DataDirectoryInUse, EmbeddedPostgresError } from '@orrery/infrastructure';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** What a person can mend of an error of the database or its directory; what was not foreseen stays as it is. */
export function explainedData(error: unknown): unknown {
  if (!(error instanceof OrreryError)) return error;
  const [what, ...fix] = error instanceof EmbeddedPostgresError ? [error.what, error.fix] : sentencesOf(error.message);
  const parts = { exitCode: exitCodeOf(error), code: error.code, what: asClause(what ?? ''), fix };
  return new CliError(parts);
}

/** As an error says it here: it goes on after a colon, and ends without a full stop. */
const asClause = (sentence: string) =>
  sentence.replace(/\.$/, '').replace(/^(?:There|This|The|It|A|Another)\b/, (word) => word.toLowerCase());

/** The first says what, the rest what to do. */
const sentencesOf = (message: string) => message.split(/(?<=\.)\s+/);

function exitCodeOf(error: OrreryError): ExitCode {
  if (error instanceof Invalid) return EXIT.usage;
  return error instanceof Unavailable && !(error instanceof DataDirectoryInUse) ? EXIT.unavailable : EXIT.conflict;
}
