import { Invalid, OrreryError, Unavailable } from '@orrery/domain';
import { DataDirectoryInUse, EmbeddedPostgresError } from '@orrery/infrastructure';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** What a person can mend of an error of the database or its directory; what was not foreseen stays as it is. */
export function explainedData(error: unknown): unknown {
  if (!(error instanceof OrreryError)) return ofSystem(error);
  const [what, ...fix] = error instanceof EmbeddedPostgresError ? [error.what, error.fix] : sentencesOf(error.message);
  const parts = { exitCode: exitCodeOf(error), code: error.code, what: asClause(what ?? ''), fix };
  return new CliError(parts);
}

/** The network's codes, and PostgreSQL's: no such user or password, no such database, it is being stopped. */
const AWAY = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|28\w{3}|3D000|57P0\d)$/;

/** What the system says of the way to a database, or of a directory. */
function ofSystem(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  if (AWAY.test(code))
    return new CliError({
      exitCode: EXIT.unavailable,
      code: 'database.unreachable',
      what: `the database does not let us in: ${message || code}`,
      fix: ['Check DATABASE_URL, and that PostgreSQL runs.'],
    });
  if (syscall === undefined) return error;
  return new CliError({
    exitCode: EXIT.conflict,
    code: 'directory.unusable',
    what: `nothing can be done there: ${message}`,
  });
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
