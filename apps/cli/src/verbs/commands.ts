import type { CancelOptions, CommandAnswer } from '@orrery/sdk';
import { runId } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-codes.js';
import { type Given, type Verb, type VerbOption, isSet, textOption } from '../verb.js';
import { DRY_RUN } from './dry-run.js';
import { eachRun, told, tryOnEach } from './each-run.js';

const SEVERAL = 'Several ids are told the same; when some refuse, the exit code is 8.';

interface Telling {
  readonly name: 'cancel' | 'pause' | 'resume' | 'retry';
  readonly summary: string;
  readonly done: string;
  readonly unchanged: string;
  readonly options?: readonly VerbOption[];
  readonly example: readonly [string, string];
  tell(cli: Cli, id: string, options: CancelOptions): Promise<CommandAnswer>;
}

/** A command to one run or several. */
function telling({ name, summary, done, unchanged, options = [], example, tell }: Telling): Verb {
  return {
    usage: `${name} <id...>`,
    summary,
    options: [...options, DRY_RUN],
    notes: SEVERAL,
    examples: [[`orrery ${name} ID`, ''], example, [`orrery ${name} ID --dry-run`, 'what would follow']],
    async run(cli, given) {
      const ids = given.words.map(runId);
      const how = cancelOptions(given);
      if (isSet(given, 'dryRun')) return tryOnEach(cli, ids, { command: name, options: how });
      return eachRun(cli, ids, async (id) => {
        const answer = await tell(cli, id, how);
        return told(answer, answer.changed ? done : unchanged);
      });
    },
  };
}

/** How a run is to be cancelled; of another command nothing. */
function cancelOptions(given: Given): CancelOptions {
  return {
    reason: textOption(given, 'reason'),
    compensate: given.options['compensate'] === false ? false : undefined,
  };
}

export const cancel = telling({
  name: 'cancel',
  summary: 'stop a run, and undo what it did',
  done: 'is being cancelled',
  unchanged: 'was cancelled before',
  options: [
    { flags: '--reason <text>', means: 'recorded with it' },
    { flags: '--no-compensate', means: 'what was done stays done' },
  ],
  example: ['orrery cancel ID --reason "ordered twice"', ''],
  tell: (cli, id, options) => cli.client.workflows.cancel(id, options),
});

export const pause = telling({
  name: 'pause',
  summary: 'let nothing new start in a run; its timers stand still',
  done: 'is paused',
  unchanged: 'was paused before',
  example: ['orrery list --status running -o name | xargs orrery pause', 'all that is running'],
  tell: (cli, id) => cli.client.workflows.pause(id),
});

export const resume = telling({
  name: 'resume',
  summary: 'let a paused run go on',
  done: 'goes on',
  unchanged: 'was not paused',
  example: ['orrery list --status paused -o name | xargs orrery resume', 'all that is paused'],
  tell: (cli, id) => cli.client.workflows.resume(id),
});

export const retry = telling({
  name: 'retry',
  summary: 'set a failed run going again',
  done: 'goes on',
  unchanged: 'was going on already',
  example: ['orrery list --status failed -o name | xargs orrery retry', 'all that failed'],
  tell: (cli, id) => cli.client.workflows.retry(id),
});

export const remove: Verb = {
  usage: 'delete <id...>',
  summary: 'delete runs that have ended, with their history',
  options: [DRY_RUN],
  notes: `It cannot be undone. ${SEVERAL}`,
  examples: [
    ['orrery delete ID', 'asks first'],
    ['orrery delete ID --yes', ''],
  ],
  async run(cli, given) {
    const ids = given.words.map(runId);
    if (isSet(given, 'dryRun')) return tryOnEach(cli, ids, { command: 'delete' });
    const { confirmed } = await import('../arguments/confirm.js');
    const what = ids.length === 1 ? `run ${ids[0]} and its history` : `${ids.length} runs and their histories`;
    if (!(await confirmed(cli, `Delete ${what}?`))) return EXIT.conflict;
    return eachRun(cli, ids, async (id) => told(await cli.client.workflows.delete(id), 'is deleted'));
  },
};
