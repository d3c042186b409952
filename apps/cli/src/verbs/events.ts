import type { WorkflowEvent } from '@orrery/sdk';
import { runId, wholeNumber } from '../arguments/values.js';
import type { Cli } from '../cli.js';
import { EXIT } from '../exit-codes.js';
import { eventLine } from '../output/event-words.js';
import { writeData, writeRows } from '../output/output.js';
import { showList } from '../output/show.js';
import { type Verb, isSet, textOption } from '../verb.js';
import { FEED_OPTIONS, followFeed, refuseFeedOptions } from './feed.js';

const AFTER_MAX = 999_999_999;
const PAGE = 1_000;

export const events: Verb = {
  usage: 'events [id]',
  summary: 'print what happened to a run, oldest first, or what happens to all',
  options: [
    { flags: '--follow', means: 'wait for more, until the run has ended; without an ID, of all that happens' },
    { flags: '--after <place>', means: 'only what comes after this version; without an ID, a cursor, or start' },
    ...FEED_OPTIONS,
  ],
  notes:
    'Without an ID it follows everything, or what the last options choose, from now on or from a cursor on, until it is\n' +
    'broken off; it then says where to go on. As JSON, that is an object a line, each with its cursor.',
  examples: [
    ['orrery events ID', 'its whole history'],
    ['orrery events ID --follow -o jsonl', 'one JSON object a line, as it happens'],
    ['orrery events ID --after 40', ''],
    ['orrery events --follow --label team=sky --type WorkflowFailed', 'what fails, of all these runs'],
  ],
  async run(cli, given) {
    const [word] = given.words;
    if (word === undefined) return followFeed(cli, given);
    const id = runId(word);
    refuseFeedOptions(given);
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
