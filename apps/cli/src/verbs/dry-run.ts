import type { DryRun } from '@orrery/sdk';
import { type Cli, say } from '../cli.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { counted } from '../output/counts.js';
import { eventWords } from '../output/event-words.js';
import { type Line, piece } from '../output/line.js';
import { show } from '../output/show.js';
import { type VerbOption } from '../verb.js';

/** The option of every command that changes something. */
export const DRY_RUN: VerbOption = { flags: '--dry-run', means: 'only print the events that would follow' };

/** A heading, and the events that would follow, one a line. */
export function triedLines(what: string, { events }: DryRun): Line[] {
  const head = events.length === 0 ? 'nothing would change' : `${counted(events.length, 'event')} would follow`;
  return [[piece(`${what}: ${head}`)], ...events.map((event) => [piece('  '), ...eventWords(event)])];
}

/** Whoever tried is told that it was no more than that. */
export const sayNothingDone = (cli: Cli) => say(cli, 'Nothing was done: this was a dry run.');

/** Shows what would become of something that has no id yet. */
export async function showTried(cli: Cli, what: string, tried: DryRun): Promise<ExitCode> {
  await show(cli, { value: { events: tried.events }, name: what, lines: () => triedLines(what, tried) });
  sayNothingDone(cli);
  return EXIT.ok;
}
