import type { Workflow } from '@orrery/sdk';
import { runId } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { type Line, harmless, piece } from '../output/line.js';
import { show } from '../output/show.js';
import { humanAgo, humanDuration } from '../output/times.js';
import { exitOf, followRun } from '../run/follow-run.js';
import { countsLine, progressOf } from '../run/progress.js';
import { RunPicture } from '../run/run-picture.js';
import { titleOf } from '../run/screen.js';
import { WORKFLOW_INKS } from '../run/status-words.js';
import { treeLines } from '../run/tree.js';
import { EXIT } from '../exit-codes.js';
import { type Verb, isSet } from '../verb.js';
import { endShown, fact, sayWhereToLook } from './result.js';

/** With more tasks than so many, those that are alike are shown as one. */
const ROWS_MAX = 60;

export const showRun: Verb = {
  usage: 'show <id>',
  summary: 'show a run and its tasks',
  options: [{ flags: '--all-tasks', means: 'a line for every task, however many' }],
  examples: [
    ['orrery show ID', 'state, input, output, and the tree of its tasks'],
    ['orrery show ID -o yaml', 'everything, as the API answers it'],
  ],
  async run(cli, given) {
    const run = await cli.client.workflows.getWhole(runId(given.words[0] ?? ''));
    const rows = isSet(given, 'allTasks') ? Number.POSITIVE_INFINITY : ROWS_MAX;
    await show(cli, { value: run, name: run.id, lines: () => pageLines(cli, run, rows) });
    return EXIT.ok;
  },
};

export const watch: Verb = {
  usage: 'watch <id>',
  summary: 'follow a run to its end',
  notes:
    'On a terminal a picture, never higher than the window; elsewhere a line for each change.\nThe exit code tells how the run ended: 0 completed, 1 anything else.',
  examples: [
    ['orrery watch ID', ''],
    ['orrery watch ID --no-progress | grep failed', 'a line for each change'],
  ],
  async run(cli, given) {
    const id = runId(given.words[0] ?? '');
    const isForPrograms = cli.options.format !== 'table';
    const output = isForPrograms ? cli.err : cli.out;
    await followRun(cli, id, output);
    const result = await cli.client.workflows.result(id);
    if (isForPrograms) await show(cli, endShown(result));
    sayWhereToLook(cli, result, output);
    return exitOf(result);
  },
};

function pageLines(cli: Cli, run: Workflow, rows: number): Line[] {
  const picture = new RunPicture(run, cli.now);
  const { time } = picture;
  const took = humanDuration(time - Date.parse(run.startedAt));
  const labels = Object.entries(run.labels).map(([name, value]) => `${name}=${value}`);
  const optional: readonly (readonly [string, string | undefined])[] = [
    ['labels', labels.length > 0 ? labels.join('  ') : undefined],
    ['priority', run.priority === 1 ? undefined : String(run.priority)],
    ['not undone', run.notUndone.length > 0 ? run.notUndone.join('  ') : undefined],
    ['warning', run.warning ?? undefined],
    ['waits', run.endedAt === null ? (run.waitingFor ?? undefined) : undefined],
    ['input', payload(run.input, run.inputOmitted)],
    ['output', payload(run.output, run.outputOmitted)],
  ];
  return [
    [piece(harmless(titleOf(run)), 'bold'), piece('  '), piece(run.status, WORKFLOW_INKS[run.status])],
    fact('id', run.id),
    fact('started', `${run.startedAt} (${humanAgo(run.startedAt, cli.now())})`),
    fact(run.endedAt === null ? 'runs for' : 'took', took),
    ...optional.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, value)])),
    ...(run.error
      ? [
          [
            piece('error'.padEnd(12), 'dim'),
            piece(`${harmless(run.error.code)}: ${harmless(run.error.message)}`, 'red'),
          ],
        ]
      : []),
    [piece('tasks'.padEnd(12), 'dim'), ...countsLine(progressOf(picture))],
    [],
    ...treeLines(picture.tasks, { rows, columns: cli.out.columns, now: time }),
  ];
}

const PAYLOAD_COLUMNS = 2_000;

function payload(value: unknown, isOmitted: true | undefined): string | undefined {
  if (isOmitted) return 'larger than 64 KiB; orrery result prints it';
  if (value === null) return undefined;
  const text = JSON.stringify(value);
  return text.length > PAYLOAD_COLUMNS ? `${text.slice(0, PAYLOAD_COLUMNS)}…` : text;
}
