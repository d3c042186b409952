import type { WorkflowEvent } from '@orrery/sdk';
import { runId, wholeNumber } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-codes.js';
import { eventWords } from '../output/event-words.js';
import { type Line, piece } from '../output/line.js';
import { writeData, writeRows } from '../output/output.js';
import { showList } from '../output/show.js';
import { clockTime } from '../output/times.js';
import { type Verb, isSet, textOption } from '../verb.js';

const AFTER_MAX = 999_999_999;
const PAGE = 1_000;

export const events: Verb = {
  usage: 'events <id>',
  summary: 'print what happened to a run, oldest first',
  options: [
    { flags: '--follow', means: 'wait for more, until the run has ended' },
    { flags: '--after <version>', means: 'only what comes after this version' },
  ],
  examples: [
    ['orrery events ID', 'its whole history'],
    ['orrery events ID --follow -o jsonl', 'one JSON object a line, as it happens'],
    ['orrery events ID --after 40', ''],
  ],
  async run(cli, given) {
    const id = runId(given.words[0] ?? '');
    const written = textOption(given, 'after');
    const after = written === undefined ? 0 : wholeNumber('--after', written, [0, AFTER_MAX]);
    const all = isSet(given, 'follow') ? cli.client.workflows.follow(id, { after }) : pages(cli, id, after);
    await (cli.options.format === 'table' || cli.options.format === 'jsonl' ? printEach(cli, all) : printAll(cli, all));
    return EXIT.ok;
  },
};

async function* pages(cli: Cli, id: string, after: number): AsyncGenerator<WorkflowEvent> {
  for (let version = after; ;) {
    const { items } = await cli.client.workflows.events(id, { after: version, limit: PAGE });
    yield* items;
    if (items.length < PAGE) return;
    version = items.at(-1)!.version;
  }
}

/** As they come: a long history is never in memory. */
async function printEach(cli: Cli, all: AsyncIterable<WorkflowEvent>): Promise<void> {
  for await (const event of all) {
    if (cli.options.format === 'jsonl') writeData(cli.out, `${JSON.stringify(event)}\n`);
    else writeRows(cli.out, [eventLine(event)]);
  }
}

async function printAll(cli: Cli, all: AsyncIterable<WorkflowEvent>): Promise<void> {
  const items: WorkflowEvent[] = [];
  for await (const event of all) items.push(event);
  await showList(cli, { items, columns: [], name: ({ version, type }) => `${version} ${type}` });
}

function eventLine(event: WorkflowEvent): Line {
  return [piece(`${String(event.version).padStart(6)}  ${clockTime(event.at)}  `, 'dim'), ...eventWords(event)];
}
