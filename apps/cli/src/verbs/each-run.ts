import { type CommandAnswer, type CommandName, type DryRunOptions, OrreryProblem } from '@orrery/sdk';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { explained } from '../explain-error.js';
import { errorLines } from '../output/error-lines.js';
import type { Line } from '../output/line.js';
import { writeLines } from '../output/output.js';
import { show, showList } from '../output/show.js';
import { sayNothingDone, triedLines } from './dry-run.js';

/** What became of one run that was told something, or would. */
export interface Told {
  readonly id: string;
  /** For programs. */
  readonly value: object;
  /** For people. */
  lines(): readonly Line[];
}

/** A run that was told something, and what is true of it now: `is paused`. */
export function told({ id, changed }: CommandAnswer, words: string): Told {
  return { id, value: { id, changed }, lines: () => [[{ text: `${id} ${words}` }]] };
}

/** The other way: a command that was only tried. */
interface Trial {
  readonly command: CommandName | 'delete';
  readonly options?: DryRunOptions;
}

/** Tells each run what would follow, and does nothing. */
export async function tryOnEach(cli: Cli, ids: readonly string[], { command, options }: Trial): Promise<ExitCode> {
  const code = await eachRun(cli, ids, async (id) => {
    const tried = await cli.client.workflows.dryRun(id, command, options);
    return { id, value: { id, events: tried.events }, lines: () => triedLines(id, tried) };
  });
  sayNothingDone(cli);
  return code;
}

/** Does the same to each run. A single refusal is the error; of several, each is told, and the exit code says so. */
export async function eachRun(cli: Cli, ids: readonly string[], act: (id: string) => Promise<Told>): Promise<ExitCode> {
  if (ids.length === 1) {
    const { id, ...shown } = await act(ids[0]!);
    await show(cli, { ...shown, name: id });
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
  await showTold(cli, items);
  if (refused === 0) return EXIT.ok;
  cli.err.write(`${refused} of ${ids.length} ${refused === 1 ? 'was' : 'were'} refused.\n`);
  return EXIT.partial;
}

async function showTold(cli: Cli, items: readonly Told[]): Promise<void> {
  const { format } = cli.options;
  if (format === 'table')
    writeLines(
      cli.out,
      items.flatMap((each) => each.lines()),
    );
  else if (format === 'name') for (const { id } of items) cli.out.write(`${id}\n`);
  else await showList(cli, { items: items.map(({ value }) => value), columns: [], name: String });
}

function tellRefusal(cli: Cli, id: string, error: OrreryProblem): void {
  const found = explained(error, cli.options.url);
  if (found instanceof CliError)
    writeLines(cli.err, errorLines(new CliError({ ...found.parts, what: `${id}: ${found.parts.what}`, fix: [] })));
}
