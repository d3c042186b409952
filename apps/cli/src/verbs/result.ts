import type { WorkflowResult } from '@orrery/sdk';
import { runId } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { type Line, harmless, piece, widthOf } from '../output/line.js';
import type { Output } from '../output/output.js';
import { type Shown, show } from '../output/show.js';
import { exitOf } from '../run/follow-run.js';
import { type Verb, isSet } from '../verb.js';

/** How a run ended: to programs always the same four, to people its output. */
export function endShown({ id, status, output, error }: WorkflowResult): Shown {
  return {
    value: { id, status, output, error },
    name: id,
    lines: () =>
      output === null
        ? []
        : JSON.stringify(output, undefined, 2)
            .split('\n')
            .map((line): Line => [{ text: line }]),
  };
}

/** Of a run that did not complete: the reason whole, where a window has cut it, and what shows more. */
export function sayWhereToLook(cli: Cli, { id, status, error }: WorkflowResult, shownOn: Output): void {
  if (status === 'completed') return;
  const why = error ? `${harmless(error.code)}: ${harmless(error.message)}` : '';
  if (widthOf(why) > shownOn.columns) say(cli, why);
  say(cli, `Look closer: orrery show ${id}`);
}

export const result: Verb = {
  usage: 'result <id>',
  summary: 'print the output of a run that has ended',
  options: [{ flags: '--wait', means: 'wait for the end; --timeout says for how long' }],
  notes: 'The exit code is 0 for a completed run, 1 for any other end, 5 while it has not ended.',
  examples: [
    ['orrery result ID', 'its output'],
    ['orrery result ID --wait --timeout 5m', 'when it is there, or exit code 7'],
    ['orrery result ID -o json', '{ id, status, output, error }'],
  ],
  async run(cli, given) {
    const id = runId(given.words[0] ?? '');
    const { workflows } = cli.client;
    const forget = cli.farewells.add(() => [`The run goes on: orrery watch ${id}`]);
    const found = isSet(given, 'wait') ? await workflows.waitForResult(id) : await workflows.result(id);
    forget();
    if (!found.ended) throw notEnded(id, found.status);
    const { error, status } = found;
    await show(cli, endShown(found));
    if (error && cli.options.format === 'table')
      cli.err.write(`${status}: ${harmless(error.code)}: ${harmless(error.message)}\n`);
    return exitOf(found);
  },
};

function notEnded(id: string, status: string): CliError {
  return new CliError({
    exitCode: EXIT.conflict,
    code: 'workflow.not-ended',
    what: `run ${id} has not ended: it is ${status}`,
    fix: [`Wait for it: orrery result ${id} --wait`, `Look at it: orrery watch ${id}`],
  });
}

/** A heading and what it says, for pages about one thing. */
export const fact = (name: string, value: string): Line => [
  piece(`${name.padEnd(11)} `, 'dim'),
  piece(harmless(value)),
];
