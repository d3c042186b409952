import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';

/** Whether a person agrees to what cannot be undone. Throws `CliError` where nobody can be asked. */
export async function confirmed(cli: Cli, question: string): Promise<boolean> {
  if (cli.options.saysYes) return true;
  if (!cli.options.mayAsk)
    throw usageError(
      'not-confirmed',
      'this cannot be undone, and nobody is here to be asked',
      'Say so beforehand: --yes.',
    );
  const answer = await cli.ask(`${question} [y/N] `);
  const isAgreed = /^y(es)?$/i.test(answer.trim());
  if (!isAgreed) say(cli, 'Nothing was done.');
  return isAgreed;
}
