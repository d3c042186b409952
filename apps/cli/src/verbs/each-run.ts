import { OrreryProblem } from '@orrery/sdk';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { explained } from '../explain-error.js';
import { errorLines } from '../output/error-lines.js';
import { writeLines } from '../output/output.js';
import { show, showList } from '../output/show.js';

/** What became of one run that was told something. */
interface Told {
  readonly id: string;
  readonly changed: boolean;
  /** What is true of it now: `is paused`. */
  readonly words: string;
}

/** Does the same to each run. A single refusal is the error; of several, each is told, and the exit code says so. */
export async function eachRun(cli: Cli, ids: readonly string[], act: (id: string) => Promise<Told>): Promise<ExitCode> {
  if (ids.length === 1) {
    const { words, ...told } = await act(ids[0]!);
    const value = { id: told.id, changed: told.changed };
    await show(cli, { value, name: told.id, lines: () => [[{ text: `${told.id} ${words}` }]] });
    return EXIT.ok;
  }
  return many(cli, ids, act);
}

async function many(cli: Cli, ids: readonly string[], act: (id: string) => Promise<Told>): Promise<ExitCode> {
  const items: Told[] = [];
  let refused = 0;
  for (const id of ids) {
    try {
      items.push(await act(id));
    } catch (error) {
      // What hinders one run hinders only that; what hinders all of them is not worth trying again.
      if (!(error instanceof OrreryProblem)) throw error;
      refused++;
      tellRefusal(cli, id, error);
    }
  }
  if (cli.options.format === 'table') for (const { id, words } of items) cli.out.write(`${id} ${words}\n`);
  else
    await showList(cli, { items: items.map(({ words: _words, ...told }) => told), columns: [], name: ({ id }) => id });
  if (refused === 0) return EXIT.ok;
  cli.err.write(`${refused} of ${ids.length} ${refused === 1 ? 'was' : 'were'} refused.\n`);
  return EXIT.partial;
}

function tellRefusal(cli: Cli, id: string, error: OrreryProblem): void {
  const found = explained(error, cli.options.url);
  if (found instanceof CliError)
    writeLines(cli.err, errorLines(new CliError({ ...found.parts, what: `${id}: ${found.parts.what}`, fix: [] })));
}
