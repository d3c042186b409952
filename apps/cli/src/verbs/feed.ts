import type { LiveEvent, LiveFilter } from '@orrery/sdk';
import { labels } from '../arguments/values.js';
import { type Cli, say } from '../cli.js';
import { usageError } from '../cli-error.js';
import type { ExitCode } from '../exit-codes.js';
import { eventLine } from '../output/event-words.js';
import { harmless, piece } from '../output/line.js';
import { writeData, writeRows } from '../output/output.js';
import { show } from '../output/show.js';
import { type Given, type VerbOption, isSet, textOption, textOptions } from '../verb.js';

/** Which events of the live feed are told. */
export const FEED_OPTIONS: readonly VerbOption[] = [
  { flags: '--definition <name>', means: 'without an ID: only of this definition, and of its runs' },
  {
    flags: '--label <name=value>',
    means: 'without an ID: only of runs with this label; may be repeated',
    isRepeated: true,
  },
  { flags: '--type <type>', means: 'without an ID: only events of this type; may be repeated', isRepeated: true },
];

/** Throws `CliError`: the events of one run are told whole. */
export function refuseFeedOptions({ options }: Given): void {
  const given = ['definition', 'label', 'type'].find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw usageError(
    'bad-events',
    `--${given} chooses among the events of all runs, and an ID was given`,
    'Leave one out.',
  );
}

/** Prints what happens as it happens, for ever. */
export async function followFeed(cli: Cli, given: Given): Promise<ExitCode> {
  if (!isSet(given, 'follow')) {
    const ways = ['One run: orrery events ID.', 'All that happens from now on: orrery events --follow.'];
    throw usageError('missing-argument', 'it has to be said of which run, or that all are followed', ...ways);
  }
  const filter = filterOf(given);
  const after = await placeOf(cli, filter, textOption(given, 'after'));
  const events = cli.client.events({ ...filter, after });
  const whereToGoOn = () => [`Go on from there: --after ${events.cursor}`];
  const forget = cli.farewells.add(whereToGoOn);
  try {
    for (;;) {
      const { value } = await events.next();
      await print(cli, value!);
    }
  } catch (error) {
    say(cli, whereToGoOn().join('\n'));
    throw error;
  } finally {
    forget();
  }
}

function filterOf(given: Given): LiveFilter {
  const types = textOptions(given, 'type');
  return {
    definition: textOption(given, 'definition'),
    labels: labels(textOptions(given, 'label')),
    type: types.length > 0 ? types : undefined,
  };
}

/** Where it begins. A server that is not there is told at once, while one that goes away is waited for. */
async function placeOf(cli: Cli, filter: LiveFilter, after: string | undefined): Promise<string | undefined> {
  const first = cli.client.events({ ...filter, after, awayForMs: 0 });
  await first.begun();
  const { cursor } = first;
  await first.return();
  return cursor;
}

async function print(cli: Cli, event: LiveEvent): Promise<void> {
  const { format } = cli.options;
  const about = event.workflowId ?? event.deadLetterId ?? event.definition ?? '';
  if (format === 'json' || format === 'jsonl') return writeData(cli.out, `${JSON.stringify(event)}\n`);
  if (format === 'table') return writeRows(cli.out, [[piece(`${harmless(about)} `, 'dim'), ...eventLine(event)]]);
  if (format === 'yaml') writeData(cli.out, '---\n');
  await show(cli, { value: event, name: `${about} ${event.version} ${event.type}`, lines: () => [] });
}
